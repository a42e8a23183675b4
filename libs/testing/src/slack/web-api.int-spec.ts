import { webApi } from '@slack/bolt';
import type { Json } from './json';
import { SlackStandIn } from './slack-stand-in';
import { call, errorOf, send } from './spec-support';

describe('the Web API', () => {
  let slack: SlackStandIn;
  const post = { channel: 'C0OPS', unfurl_links: false, unfurl_media: false };

  beforeEach(async () => {
    slack = await new SlackStandIn({ rateLimits: 'off' }).start();
  });
  afterEach(() => slack.stop());

  const client = (): webApi.WebClient =>
    new webApi.WebClient(slack.app.botToken, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } });

  describe('tokens', () => {
    it('tells who the token belongs to and which scopes it has', async () => {
      const { body, headers, status } = await call(slack, 'auth.test');
      expect(status).toBe(200);
      expect(body).toMatchObject({ ok: true, team_id: 'T1', user_id: 'U0JAMIE', bot_id: 'B0JAMIE' });
      expect(headers.get('x-oauth-scopes')).toContain('chat:write');
    });

    it('takes a token from a form field but never from a JSON body', async () => {
      const form = new URLSearchParams({ token: slack.app.botToken });
      expect((await send(slack, 'auth.test', { headers: {}, body: form })).body['ok']).toBe(true);
      const json = {
        headers: { 'content-type': 'application/json' },
        body: `{"token":"${slack.app.botToken}"}`,
      };
      expect((await send(slack, 'auth.test', json)).body['error']).toBe('not_authed');
    });

    it('refuses unknown, revoked and wrong kinds of tokens', async () => {
      expect((await call(slack, 'auth.test', {}, 'xoxb-who')).body['error']).toBe('invalid_auth');
      expect(await errorOf(slack, 'apps.connections.open')).toBe('not_allowed_token_type');
      slack.admin.setToken('bot', 'token_revoked');
      expect(await errorOf(slack, 'auth.test')).toBe('token_revoked');
    });

    it('names the scope that is missing', async () => {
      slack.admin.dropScope('reactions:write');
      const args = { channel: 'C0OPS', name: 'eyes', timestamp: '1.2' };
      expect((await call(slack, 'reactions.add', args)).body).toMatchObject({
        error: 'missing_scope',
        needed: 'reactions:write',
      });
    });
  });

  describe('arguments', () => {
    it('answers unknown methods with 200 and notes them', async () => {
      const { status, body } = await call(slack, 'chat.shout');
      expect(status).toBe(200);
      expect(body).toEqual({ ok: false, error: 'unknown_method', req_method: 'chat.shout' });
      expect(slack.journal.violations).toEqual([expect.objectContaining({ id: 'api.unknown-method' })]);
    });

    it('names a missing field and ignores unknown ones, which it notes', async () => {
      const { body } = await call(slack, 'chat.postMessage', { text: 'hello' });
      expect(body).toMatchObject({
        error: 'invalid_arguments',
        response_metadata: { messages: ['[ERROR] missing required field: channel'] },
      });
      await call(slack, 'chat.postMessage', { ...post, text: 'hello', colour: 'red' });
      expect(slack.journal.violations.map(({ id }) => id)).toEqual(['api.unknown-argument']);
    });

    it('refuses broken JSON in a body and in a field', async () => {
      const headers = { authorization: `Bearer ${slack.app.botToken}`, 'content-type': 'application/json' };
      const broken = await send(slack, 'chat.postMessage', { headers, body: '{"channel":' });
      expect(broken.body['error']).toBe('invalid_json');
      expect(await errorOf(slack, 'chat.postMessage', { ...post, blocks: '[{' })).toBe(
        'invalid_blocks_format',
      );
    });
  });

  describe('posting', () => {
    it('returns the message as others will see it', async () => {
      const args = { ...post, text: 'hello *you*' };
      const answer: Json = { ...(await client().apiCall('chat.postMessage', args)) };
      expect(answer['message']).toMatchObject({
        bot_id: 'B0JAMIE',
        user: 'U0JAMIE',
        app_id: 'A0JAMIE',
        team: 'T1',
      });
      expect(answer['ts']).toMatch(/^\d{10}\.\d{6}$/);
      expect(slack.transcript.channel('ops').map(({ author, text }) => [author, text])).toEqual([
        ['jamie', 'hello *you*'],
      ]);
    });

    it.each([
      ['C0RANDOM', 'not_in_channel'],
      ['C0SECRET', 'channel_not_found'],
      ['C0NOWHERE', 'channel_not_found'],
      ['C0ARCHIVED', 'is_archived'],
      ['C0READONLY', 'restricted_action_read_only_channel'],
    ])('refuses %s with %s', async (channel, error) => {
      expect(await errorOf(slack, 'chat.postMessage', { channel, text: 'hello' })).toBe(error);
    });

    it("takes a user's id for the direct messages with them", async () => {
      const { body } = await call(slack, 'chat.postMessage', { channel: 'U0ENGINEER', text: 'psst' });
      expect(body['channel']).toBe('D0ENGINEER');
      expect(slack.transcript.directMessages('engineer').map(({ text }) => text)).toEqual(['psst']);
    });

    it('replies only to roots that exist, where threads are open', async () => {
      const root = slack.as('engineer').say('ops', 'root');
      const reply = slack.as('engineer').say('ops', 'reply', { threadTs: root.ts });
      const locked = slack.as('engineer').say('thread-locked', 'root');
      const replyIn = (channel: string, thread_ts: string): Promise<unknown> =>
        errorOf(slack, 'chat.postMessage', { channel, text: 'x', thread_ts });
      expect(await replyIn('C0OPS', root.ts)).toBeUndefined();
      expect(await replyIn('C0OPS', '')).toBe('invalid_thread_ts');
      expect(await replyIn('C0OPS', '1700000000.000000')).toBe('thread_not_found');
      expect(await replyIn('C0OPS', reply.ts)).toBe('cannot_reply_to_message');
      expect(await replyIn('C0LOCKED', locked.ts)).toBe('restricted_action_thread_locked');
      await slack.admin.deleteMessage('ops', root.ts);
      expect(await replyIn('C0OPS', root.ts)).toBe('thread_not_found');
    });

    it('wants something to say, said once', async () => {
      expect(await errorOf(slack, 'chat.postMessage', post)).toBe('no_text');
      const both = { ...post, text: 'a', markdown_text: 'b' };
      expect(await errorOf(slack, 'chat.postMessage', both)).toBe('markdown_text_conflict');
    });

    it('updates and deletes only what the app posted', async () => {
      const theirs = slack.as('engineer').say('ops', 'mine');
      const target = { channel: 'C0OPS', ts: theirs.ts };
      expect(await errorOf(slack, 'chat.update', { ...target, text: 'x' })).toBe('cant_update_message');
      expect(await errorOf(slack, 'chat.delete', target)).toBe('cant_delete_message');
      expect(await errorOf(slack, 'chat.delete', { channel: 'C0OPS', ts: '1.0' })).toBe('message_not_found');
    });

    it('removes the blocks of a message that is updated with text alone', async () => {
      const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'in a block' } }];
      const { body } = await call(slack, 'chat.postMessage', { ...post, text: 'fallback', blocks });
      expect(slack.transcript.channel('ops')[0]).toMatchObject({ text: 'in a block' });
      await client().chat.update({ channel: 'C0OPS', ts: String(body['ts']), text: 'plain' });
      expect(slack.transcript.channel('ops')[0]).toMatchObject({ text: 'plain', edited: true });
    });

    it('shows an ephemeral message to one member only', async () => {
      const args = { channel: 'C0OPS', text: 'only you' };
      expect(await errorOf(slack, 'chat.postEphemeral', { ...args, user: 'U0STRANGER' })).toBe(
        'user_not_in_channel',
      );
      expect(await errorOf(slack, 'chat.postEphemeral', { ...args, user: 'U0ENGINEER' })).toBeUndefined();
      expect(slack.transcript.channel('ops', 'engineer').map(({ text }) => text)).toEqual(['only you']);
      expect(slack.transcript.channel('ops', 'owner')).toEqual([]);
    });
  });

  describe('sizes', () => {
    const markdown = (length: number): object[] => [{ type: 'markdown', text: 'x'.repeat(length) }];
    const section = (length: number): object[] => [
      { type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(length) } },
    ];
    const button = (text: string): object => ({
      type: 'button',
      action_id: text,
      text: { type: 'plain_text', text },
    });

    it.each([
      ['markdown_text of 12,000', { markdown_text: 'x'.repeat(12_000) }, undefined],
      ['markdown_text of 12,001', { markdown_text: 'x'.repeat(12_001) }, 'msg_too_long'],
      ['a markdown block of 12,000', { text: 'x', blocks: markdown(12_000) }, undefined],
      ['a markdown block of 12,001', { text: 'x', blocks: markdown(12_001) }, 'msg_too_long'],
      ['a section of 3,000', { text: 'x', blocks: section(3_000) }, undefined],
      ['a section of 3,001', { text: 'x', blocks: section(3_001) }, 'invalid_blocks'],
      [
        '51 blocks',
        { text: 'x', blocks: Array.from({ length: 51 }, () => ({ type: 'divider' })) },
        'invalid_blocks',
      ],
      [
        'five sections of 3,000',
        { text: 'x', blocks: Array.from({ length: 5 }, () => section(3_000)).flat() },
        'msg_blocks_too_long',
      ],
      [
        'a button of 76 characters',
        { text: 'x', blocks: [{ type: 'actions', elements: [button('x'.repeat(76))] }] },
        'invalid_blocks',
      ],
      ['a block of no known type', { text: 'x', blocks: [{ type: 'marquee' }] }, 'invalid_blocks'],
      [
        'two blocks of one id',
        { text: 'x', blocks: [1, 2].map(() => ({ type: 'divider', block_id: 'same' })) },
        'invalid_blocks',
      ],
      [
        'a table with an empty cell',
        { text: 'x', blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: '' }]] }] },
        'invalid_blocks',
      ],
      [
        '101 attachments',
        { text: 'x', attachments: Array.from({ length: 101 }, () => ({})) },
        'too_many_attachments',
      ],
    ])('%s', async (_name, args, error) => {
      expect(await errorOf(slack, 'chat.postMessage', { ...post, ...args })).toBe(error);
    });

    it('points at what is wrong with a block', async () => {
      const { body } = await call(slack, 'chat.postMessage', { ...post, text: 'x', blocks: section(3_001) });
      expect(body['response_metadata']).toEqual({
        messages: ['[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]'],
      });
    });

    it('cuts a text at 40,000 characters without a word, and notes it', async () => {
      await call(slack, 'chat.postMessage', { ...post, text: 'x'.repeat(40_001) });
      expect(slack.transcript.channel('ops')[0]?.text).toHaveLength(40_000);
      expect(slack.journal.violations.map(({ id }) => id)).toEqual(['size.truncated']);
    });

    it('updates with at most 4,000 characters of text', async () => {
      const { ts } = (await call(slack, 'chat.postMessage', { ...post, text: 'x' })).body;
      const update = (text: string): Promise<unknown> =>
        errorOf(slack, 'chat.update', { channel: 'C0OPS', ts, text });
      expect(await update('x'.repeat(4_000))).toBeUndefined();
      expect(await update('x'.repeat(4_001))).toBe('msg_too_long');
    });
  });

  describe('reading', () => {
    it('pages through a thread, root first', async () => {
      const root = slack.as('engineer').say('ops', 'root');
      for (let index = 1; index <= 4; index += 1) {
        slack.as('onCall').say('ops', `reply ${index}`, { threadTs: root.ts });
      }
      const pages: string[][] = [];
      for await (const page of client().paginate('conversations.replies', {
        channel: 'C0OPS',
        ts: root.ts,
        limit: 2,
      })) {
        const { messages = [] } = page as webApi.ConversationsRepliesResponse;
        pages.push(messages.map(({ text = '' }) => text));
      }
      expect(pages).toEqual([['root', 'reply 1'], ['reply 2', 'reply 3'], ['reply 4']]);
      expect(await errorOf(slack, 'conversations.replies', { channel: 'C0OPS', ts: '1.0' })).toBe(
        'thread_not_found',
      );
    });

    it('lists a channel newest first, without replies, and only for members', async () => {
      const root = slack.as('engineer').say('ops', 'first');
      slack.as('engineer').say('ops', 'hidden', { threadTs: root.ts });
      slack.as('engineer').say('ops', 'second');
      const { messages = [] } = await client().conversations.history({ channel: 'C0OPS' });
      expect(messages.map(({ text }) => text)).toEqual(['second', 'first']);
      expect(messages[1]).toMatchObject({ reply_count: 1 });
      expect(await errorOf(slack, 'conversations.history', { channel: 'C0RANDOM' })).toBe('not_in_channel');
    });

    it('wants the scope of the kind of channel', async () => {
      slack.admin.dropScope('groups:history');
      const { body } = await call(slack, 'conversations.history', { channel: 'C0PRIVATE' });
      expect(body).toMatchObject({ error: 'missing_scope', needed: 'groups:history' });
    });

    it('gives unlisted commercial apps fifteen messages once a minute', async () => {
      const sold = await new SlackStandIn({ distribution: 'commercial_unlisted' }).start();
      const read = async (limit: number): Promise<number> =>
        (await call(sold, 'conversations.history', { channel: 'C0OPS', limit })).status;
      expect([await read(15), await read(15)]).toEqual([200, 429]);
      sold.stop();
    });

    it('shows people and channels with the flags that policies look at', async () => {
      const { user } = await client().users.info({ user: 'U0STRANGER' });
      expect(user).toMatchObject({ team_id: 'T2', is_stranger: true });
      const guest = await client().users.info({ user: 'U0SINGLEGUEST' });
      expect(guest.user).toMatchObject({ is_restricted: true, is_ultra_restricted: true });
      const { channel } = await client().conversations.info({ channel: 'C0SHARED' });
      expect(channel).toMatchObject({ is_ext_shared: true, is_member: true });
      expect(await errorOf(slack, 'users.info', { user: 'U0NOBODY' })).toBe('user_not_found');
    });

    it('opens direct messages, joins with the scope alone, lists members', async () => {
      expect((await client().conversations.open({ users: 'U0OWNER' })).channel).toEqual({ id: 'D0OWNER' });
      expect(await errorOf(slack, 'conversations.join', { channel: 'C0RANDOM' })).toBe('missing_scope');
      slack.admin.grantScope('channels:join');
      expect(await errorOf(slack, 'conversations.join', { channel: 'C0RANDOM' })).toBeUndefined();
      const { members } = await client().conversations.members({ channel: 'C0RANDOM' });
      expect(members).toContain('U0JAMIE');
      expect((await client().bots.info({ bot: 'B0OTHERBOT' })).bot).toMatchObject({ app_id: 'A0OTHERBOT' });
      expect((await client().team.info()).team).toMatchObject({ id: 'T1' });
    });

    it('links to a message in its thread', async () => {
      const root = slack.as('engineer').say('ops', 'root');
      const { permalink } = await client().chat.getPermalink({ channel: 'C0OPS', message_ts: root.ts });
      expect(permalink).toBe(`https://acme.slack.com/archives/C0OPS/p${root.ts.replace('.', '')}`);
    });
  });

  it('adds a reaction once and removes it once', async () => {
    const { ts } = slack.as('engineer').say('ops', 'look');
    const reaction = { channel: 'C0OPS', timestamp: ts, name: 'eyes' };
    expect(await errorOf(slack, 'reactions.add', { ...reaction, name: ':eyes:' })).toBe('invalid_name');
    expect(await errorOf(slack, 'reactions.add', reaction)).toBeUndefined();
    expect(await errorOf(slack, 'reactions.add', reaction)).toBe('already_reacted');
    expect(slack.transcript.channel('ops')[0]?.reactions).toEqual(['eyes']);
    expect(await errorOf(slack, 'reactions.remove', reaction)).toBeUndefined();
    expect(await errorOf(slack, 'reactions.remove', reaction)).toBe('no_reaction');
  });

  it('publishes a Home tab, guarded by its hash', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'Ask me' } }];
    const view = { type: 'home' as const, blocks };
    await client().views.publish({ user_id: 'U0ENGINEER', view });
    expect(slack.transcript.home('engineer')).toBe('Ask me');
    expect(slack.transcript.home('owner')).toBeUndefined();
    const args = { user_id: 'U0ENGINEER', view, hash: 'old' };
    expect(await errorOf(slack, 'views.publish', args)).toBe('hash_conflict');
    const long = [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3_001) } }];
    expect(await errorOf(slack, 'views.publish', { ...args, view: { type: 'home', blocks: long } })).toBe(
      'invalid_blocks',
    );
  });

  describe('files', () => {
    it('takes a file from the SDK into a thread', async () => {
      const root = slack.as('engineer').say('ops', 'root');
      const file = { file: Buffer.from('a,b\n1,2\n'), filename: 'rows.csv', title: 'Rows' };
      await client().filesUploadV2({
        channel_id: 'C0OPS',
        thread_ts: root.ts,
        initial_comment: 'All rows',
        ...file,
      });
      const thread = await slack.waitFor('the file', () => {
        const lines = slack.transcript.thread('ops', root.ts);
        return lines.length > 1 && lines;
      });
      expect(thread[1]).toMatchObject({
        text: 'All rows',
        files: [{ name: 'rows.csv', title: 'Rows', content: 'a,b\n1,2\n' }],
      });
    });

    it('refuses a body of another length and an upload that never came', async () => {
      const { body } = await call(slack, 'files.getUploadURLExternal', { filename: 'a.txt', length: 5 });
      const upload = await fetch(String(body['upload_url']), { method: 'POST', body: 'abc' });
      expect(upload.status).toBe(400);
      const files = [{ id: body['file_id'] }];
      expect(await errorOf(slack, 'files.completeUploadExternal', { files })).toBe('file_not_found');
      expect(await errorOf(slack, 'files.upload', {})).toBe('method_deprecated');
    });
  });
});
