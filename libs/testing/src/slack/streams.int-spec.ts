import { webApi } from '@slack/bolt';
import { SlackStandIn } from './slack-stand-in';
import { call, errorOf } from './spec-support';
import type { Json } from './json';
import type { SlackStandInOptions } from './options';

describe('streams and status', () => {
  let slack: SlackStandIn;
  let threadTs: string;
  const recipient = { recipient_user_id: 'U0ENGINEER', recipient_team_id: 'T1' };

  const open = async (options: SlackStandInOptions = {}): Promise<void> => {
    slack = await new SlackStandIn({ rateLimits: 'off', ...options }).start();
    threadTs = slack.as('engineer').mention('ops', 'why is checkout slow?').ts;
  };
  afterEach(() => slack.stop());

  const start = async (args: Json = {}): Promise<string> => {
    const { body } = await call(slack, 'chat.startStream', {
      channel: 'C0OPS',
      thread_ts: threadTs,
      ...recipient,
      ...args,
    });
    return String(body['ts']);
  };
  const on = (method: string, ts: string, args: Json = {}): Promise<unknown> =>
    errorOf(slack, `chat.${method}`, { channel: 'C0OPS', ts, ...args });
  const text = (): string | undefined => slack.transcript.thread('ops', threadTs)[1]?.text;

  it('puts appends together and ends completed', async () => {
    await open();
    const ts = await start({ markdown_text: 'It is ' });
    expect(await on('appendStream', ts, { markdown_text: 'the **data' })).toBeUndefined();
    expect(slack.transcript.thread('ops', threadTs)[1]?.stream).toBe('in_progress');
    expect(await on('stopStream', ts, { markdown_text: 'base**.' })).toBeUndefined();
    expect(text()).toBe('It is the **database**.');
    expect(slack.transcript.thread('ops', threadTs)[1]?.stream).toBe('completed');
    expect(await on('appendStream', ts, { markdown_text: 'x' })).toBe('message_not_in_streaming_state');
  });

  it("serves the SDK's own streamer", async () => {
    await open();
    const client = new webApi.WebClient(slack.app.botToken, { slackApiUrl: slack.apiUrl });
    const streamer = client.chatStream({
      channel: 'C0OPS',
      thread_ts: threadTs,
      ...recipient,
      buffer_size: 4,
    });
    await streamer.append({ markdown_text: 'one two ' });
    await streamer.append({ markdown_text: 'three' });
    await streamer.stop();
    expect(text()).toBe('one two three');
  });

  it.each([
    ['no thread', { thread_ts: undefined }, 'invalid_thread_ts'],
    ['a thread that is not there', { thread_ts: '1700000000.000000' }, 'thread_not_found'],
    ['no recipient', { recipient_user_id: undefined }, 'missing_recipient_user_id'],
    ["no recipient's team", { recipient_team_id: undefined }, 'missing_recipient_team_id'],
    ['a recipient who is not there', { recipient_user_id: 'U0STRANGER' }, 'user_not_found'],
    [
      'both kinds of content',
      { markdown_text: 'a', chunks: [] },
      'cannot_provide_both_markdown_text_and_chunks',
    ],
    ['12,001 characters', { markdown_text: 'x'.repeat(12_001) }, 'msg_too_long'],
    ['a chunk of no known type', { chunks: [{ type: 'song' }] }, 'invalid_chunks'],
    [
      'a task title of 257 characters',
      { chunks: [{ type: 'task_update', id: 't', title: 'x'.repeat(257), status: 'pending' }] },
      'invalid_chunks',
    ],
    ['a file block', { chunks: [{ type: 'blocks', blocks: [{ type: 'file' }] }] }, 'internal_error'],
  ])('does not start with %s', async (_name, args, error) => {
    await open();
    const all: Json = { channel: 'C0OPS', thread_ts: threadTs, ...recipient, ...args };
    const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    expect(await errorOf(slack, 'chat.startStream', given)).toBe(error);
  });

  it('needs no recipient in direct messages', async () => {
    await open();
    const { ts } = slack.as('engineer').directMessage('hello');
    expect(
      await errorOf(slack, 'chat.startStream', { channel: 'D0ENGINEER', thread_ts: ts }),
    ).toBeUndefined();
  });

  it('keeps the mode it was started with', async () => {
    await open();
    const ts = await start({ markdown_text: 'a' });
    const chunks = [{ type: 'markdown_text', text: 'b' }];
    expect(await on('appendStream', ts, { chunks })).toBe('streaming_mode_mismatch');
    expect(await on('appendStream', ts)).toBe('markdown_text_or_chunks_required');
  });

  it('replaces a task by its id, appends its details and sets its output once', async () => {
    await open();
    const task = (fields: Json): Json => ({ chunks: [{ type: 'task_update', id: 't1', ...fields }] });
    const ts = await start(task({ title: 'Asking', status: 'in_progress', details: 'one ' }));
    await on(
      'appendStream',
      ts,
      task({ title: 'Asked', status: 'complete', details: 'two', output: 'first' }),
    );
    await on('appendStream', ts, task({ title: 'Asked', status: 'complete', output: 'second' }));
    expect(text()).toBe('Asked\none two\nfirst');
  });

  it('takes at most fifty blocks in chunks', async () => {
    await open();
    const blocks = (count: number): Json => ({
      chunks: [{ type: 'blocks', blocks: Array.from({ length: count }, () => ({ type: 'divider' })) }],
    });
    const ts = await start(blocks(50));
    expect(await on('appendStream', ts, blocks(1))).toBe('msg_blocks_too_many');
  });

  it('cannot be updated while it runs', async () => {
    await open();
    const ts = await start({ markdown_text: 'a' });
    expect(await on('update', ts, { text: 'b' })).toBe('streaming_state_conflict');
    await on('stopStream', ts);
    expect(await on('update', ts, { text: 'b' })).toBeUndefined();
    expect(text()).toBe('b');
  });

  it('ends by itself after its life, however busy', async () => {
    await open({ timing: { streamLifeMs: 80 } });
    const ts = await start({ markdown_text: 'a' });
    await on('appendStream', ts, { markdown_text: 'b' });
    await slack.waitFor(
      'the end of the stream',
      () => slack.transcript.thread('ops', threadTs)[1]?.stream === 'expired',
    );
    expect(await on('appendStream', ts, { markdown_text: 'c' })).toBe('message_not_in_streaming_state');
    expect(await on('stopStream', ts)).toBe('message_not_in_streaming_state');
    expect(await on('update', ts, { markdown_text: 'abc' })).toBeUndefined();
    expect(text()).toBe('abc');
  });

  it('counts its life anew from every append where idleness ends it', async () => {
    await open({ timing: { streamLifeMs: 1_000 }, streamLife: 'idle' });
    const startedAtMs = Date.now();
    const ts = await start({ markdown_text: 'a' });
    await slack.quiet(200);
    await on('appendStream', ts, { markdown_text: 'b' });
    const ended = (): boolean => slack.transcript.thread('ops', threadTs)[1]?.stream === 'expired';
    await slack.waitFor('the end of the stream', ended);
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(1_190);
  });

  it('takes nothing more once somebody pressed Stop', async () => {
    await open();
    const ts = await start({ markdown_text: 'a' });
    await slack.as('engineer').stopStream(threadTs, 'ops');
    expect(await on('appendStream', ts, { markdown_text: 'b' })).toBe('stopped_by_user');
  });

  it('shows a status until it is cleared, until the app posts, or for two minutes', async () => {
    await open({ timing: { statusLifeMs: 400 } });
    const status = (value: string): Promise<unknown> =>
      errorOf(slack, 'assistant.threads.setStatus', {
        channel_id: 'C0OPS',
        thread_ts: threadTs,
        status: value,
      });
    const left = (): string[] =>
      slack
        .verdict()
        .map(({ id }) => id)
        .filter((id) => id.startsWith('left.'));
    expect(await status('is thinking')).toBeUndefined();
    expect(left()).toEqual(['left.status']);
    await status('');
    expect(left()).toEqual([]);
    await status('is thinking');
    await call(slack, 'chat.postMessage', { channel: 'C0OPS', thread_ts: threadTs, text: 'done' });
    expect(left()).toEqual([]);
    await status('is thinking');
    await slack.quiet(420);
    expect(left()).toEqual([]);
  });

  it('keeps a session processing when the app posts, until its stream stops', async () => {
    await open();
    const session = { channel_id: 'C0OPS', thread_ts: threadTs };
    expect(await errorOf(slack, 'agents.sessions.setStatus', { ...session, status: 'busy' })).toBe(
      'invalid_status',
    );
    expect(
      await errorOf(slack, 'agents.sessions.setStatus', { ...session, status: 'processing' }),
    ).toBeUndefined();
    await call(slack, 'chat.postMessage', { channel: 'C0OPS', thread_ts: threadTs, text: 'so far' });
    expect(slack.verdict()).toContainEqual(expect.objectContaining({ id: 'left.session' }));
    await on('stopStream', await start({ markdown_text: 'the rest' }));
    expect(slack.verdict()).not.toContainEqual(expect.objectContaining({ id: 'left.session' }));
  });

  it('takes ten loading messages, four prompts, and shows no prompts in threads', async () => {
    await open();
    const status = { channel_id: 'C0OPS', thread_ts: threadTs, status: 'is thinking' };
    const loading_messages = Array.from({ length: 11 }, () => 'x');
    expect(await errorOf(slack, 'assistant.threads.setStatus', { ...status, loading_messages })).toBe(
      'invalid_arguments',
    );
    const prompts = Array.from({ length: 5 }, () => ({ title: 'a', message: 'b' }));
    const suggest = (args: Json): Promise<unknown> =>
      errorOf(slack, 'assistant.threads.setSuggestedPrompts', { channel_id: 'D0ENGINEER', ...args });
    slack.as('engineer').directMessage('hello');
    expect(await suggest({ prompts })).toBe('invalid_arguments');
    expect(await suggest({ prompts: prompts.slice(1) })).toBeUndefined();
    expect(slack.world.prompts.get('D0ENGINEER')).toHaveLength(4);
    expect(await suggest({ prompts: prompts.slice(1), thread_ts: threadTs })).toBeUndefined();
    expect(slack.journal.violations.map(({ id }) => id)).toEqual(['api.prompts-in-thread']);
  });

  it('may lack any of the features', async () => {
    await open({ features: { sessions: 'unknown_method', assistant: 'feature_not_enabled' } });
    const thread = { channel_id: 'C0OPS', thread_ts: threadTs };
    expect(await errorOf(slack, 'agents.sessions.setStatus', { ...thread, status: 'active' })).toBe(
      'unknown_method',
    );
    expect(await errorOf(slack, 'assistant.threads.setStatus', { ...thread, status: 'x' })).toBe(
      'feature_not_enabled',
    );
    slack.admin.setFeatures({ streams: 'feature_not_enabled' });
    expect(await errorOf(slack, 'chat.startStream', { channel: 'C0OPS', thread_ts: threadTs })).toBe(
      'feature_not_enabled',
    );
    expect(slack.journal.violations).toEqual([]);
  });
});
