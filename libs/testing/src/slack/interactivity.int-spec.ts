import { objectsIn, textField, type Json } from './json';
import type { Timing } from './options';
import { SlackStandIn } from './slack-stand-in';
import { call, errorOf, plainBot, type PlainBot, type Received, type Reply } from './spec-support';

describe('commands, clicks and forms', () => {
  let slack: SlackStandIn;
  let bot: PlainBot;

  const begin = async (
    reply?: (received: Received, index: number) => Reply,
    timing: Partial<Timing> = {},
  ): Promise<void> => {
    slack = await new SlackStandIn({ timing, echo: { posts: false } }).start();
    bot = await plainBot(reply);
    slack.deliverTo(bot.url);
  };
  afterEach(() => {
    slack.stop();
    bot.close();
  });

  const answer = async (url: string, body: unknown): Promise<{ status: number; text: string }> => {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
    return { status: response.status, text: await response.text() };
  };
  const fields = (): URLSearchParams => new URLSearchParams(bot.received.at(-1)?.text);
  const typed = async (channel = 'ops'): Promise<string> => {
    await slack.as('engineer').command('/ask-jamie', 'why?', channel).delivered;
    return String(fields().get('response_url'));
  };
  const seen = (): string[] => slack.transcript.ephemerals('engineer').map(({ text }) => text);

  describe('commands', () => {
    it('are sent as a signed form, also from where the app is not', async () => {
      await begin();
      await typed('secret');
      expect(bot.received[0]?.headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' });
      expect(bot.received[0]?.headers['x-slack-signature']).toMatch(/^v0=[0-9a-f]{64}$/);
      expect(Object.fromEntries(fields())).toMatchObject({
        command: '/ask-jamie',
        text: 'why?',
        user_id: 'U0ENGINEER',
        channel_id: 'C0SECRET',
        channel_name: 'privategroup',
        team_id: 'T1',
      });
    });

    it('are answered by their acknowledgement, to the asker alone', async () => {
      await begin(() => ({ body: 'one moment, please' }));
      await typed();
      expect(seen()).toEqual(['one moment, please']);
      expect(slack.transcript.channel('ops', 'owner')).toEqual([]);
    });

    it('fail visibly when they are not acknowledged in time', async () => {
      const reply = (_received: Received, index: number): Reply =>
        index === 0 ? { hang: true } : { status: 500 };
      await begin(reply, { ackTimeoutMs: 300 });
      await slack.as('engineer').command('/ask-jamie', 'a').delivered;
      await slack.as('engineer').command('/ask-jamie', 'b').delivered;
      expect(bot.received).toHaveLength(2);
      expect(slack.transcript.notices('engineer')).toEqual([
        '/ask-jamie failed with the error "operation_timeout"',
        '/ask-jamie failed with the error "dispatch_failed"',
      ]);
    });
  });

  describe('a response_url', () => {
    it('takes messages to the asker, to all, and replacements', async () => {
      await begin();
      const url = await typed();
      expect(await answer(url, { text: 'thinking' })).toEqual({ status: 200, text: 'ok' });
      await answer(url, { text: 'the answer', replace_original: true });
      expect(seen()).toEqual(['the answer']);
      await answer(url, { text: 'for all', response_type: 'in_channel' });
      expect(slack.transcript.channel('ops').map(({ text }) => text)).toEqual(['for all']);
      expect(slack.transcript.channel('ops', 'owner').map(({ text }) => text)).toEqual(['for all']);
    });

    it('takes five, and one a second after a few', async () => {
      await begin();
      const url = await typed();
      const statuses: number[] = [];
      for (let index = 0; index < 4; index += 1)
        statuses.push((await answer(url, { text: `${index}` })).status);
      expect(statuses).toEqual([200, 200, 200, 429]);
    });

    it('is used up after five', async () => {
      await begin();
      slack.stop();
      slack = await new SlackStandIn({ rateLimits: 'off', eventsUrl: bot.url }).start();
      const url = await typed();
      for (let index = 0; index < 5; index += 1) await answer(url, { text: `${index}` });
      expect(await answer(url, { text: 'one more' })).toEqual({
        status: 404,
        text: '{"ok":false,"error":"used_url"}',
      });
      expect(seen()).toHaveLength(5);
      expect(slack.journal.violations.map(({ id }) => id)).toEqual(['response-url.refused']);
    });

    it('expires', async () => {
      await begin(undefined, { responseUrlLifeMs: 50 });
      const url = await typed();
      await slack.quiet(60);
      expect((await answer(url, { text: 'late' })).text).toContain('expired_url');
    });

    it('wants text or blocks, not markdown_text', async () => {
      await begin();
      const url = await typed();
      expect((await answer(url, { markdown_text: 'x' })).text).toContain('no_text');
      const blocks = [{ type: 'markdown', text: '**x**' }];
      expect((await answer(url, { text: 'x', blocks })).status).toBe(200);
      expect((await answer(`${url}x`, { text: 'x' })).status).toBe(404);
    });
  });

  describe('clicks', () => {
    const button = {
      type: 'button',
      action_id: 'approve',
      value: 'run-42',
      text: { type: 'plain_text', text: 'Go' },
    };
    const feedback = {
      type: 'feedback_buttons',
      action_id: 'feedback',
      positive_button: { text: { type: 'plain_text', text: 'Good' }, value: 'good' },
      negative_button: { text: { type: 'plain_text', text: 'Bad' }, value: 'bad' },
    };
    const blocks = [
      { type: 'actions', elements: [button] },
      { type: 'context_actions', elements: [feedback] },
    ];
    const ask = async (): Promise<string> => {
      const said = await call(slack, 'chat.postMessage', { channel: 'C0OPS', text: 'Go?', blocks });
      return String(said.body['ts']);
    };

    it('carry the button, its message and a response_url', async () => {
      await begin();
      const ts = await ask();
      await slack.as('onCall').click('approve', 'ops', ts).delivered;
      const json: Json = bot.received[0]?.json ?? {};
      expect(json).toMatchObject({
        type: 'block_actions',
        user: { id: 'U0ONCALL' },
        message: { ts, text: 'Go?' },
      });
      expect(objectsIn(json['actions'])[0]).toMatchObject({
        action_id: 'approve',
        value: 'run-42',
        type: 'button',
      });
      await answer(textField(json, 'response_url') ?? '', { text: 'Approved', replace_original: true });
      expect(slack.transcript.channel('ops').map(({ text, actionIds }) => [text, actionIds])).toEqual([
        ['Approved', []],
      ]);
    });

    it('are possible only on what is on show, unless the screen is old', async () => {
      await begin();
      const ts = await ask();
      expect(() => slack.as('onCall').click('reject', 'ops', ts)).toThrow(/on show: approve, feedback/);
      await slack.as('onCall').click('reject', 'ops', ts, { stale: { action_id: 'reject' } }).delivered;
      await slack.as('onCall').click('feedback', 'ops', ts, { value: 'bad' }).delivered;
      expect(objectsIn(bot.received[1]?.json['actions'])[0]).toMatchObject({
        value: 'bad',
        type: 'feedback_buttons',
      });
    });

    it('reach a Home tab', async () => {
      await begin();
      const view = { type: 'home', blocks: blocks.slice(0, 1) };
      await call(slack, 'views.publish', { user_id: 'U0ENGINEER', view });
      await slack.as('engineer').clickHome('approve').delivered;
      expect(bot.received[0]?.json).toMatchObject({ type: 'block_actions', container: { type: 'view' } });
    });

    it('warn the person when nobody acknowledges', async () => {
      await begin(() => ({ hang: true }), { ackTimeoutMs: 100 });
      await slack.as('onCall').click('approve', 'ops', await ask()).delivered;
      expect(slack.transcript.notices('onCall')[0]).toContain('Operation timed out');
    });
  });

  describe('shortcuts and forms', () => {
    const title = { type: 'plain_text', text: 'Ask Jamie' };
    const element = { type: 'plain_text_input', action_id: 'a' };
    const input = { type: 'input', block_id: 'q', label: title, element };
    const view = { type: 'modal', callback_id: 'ask', title, submit: title, blocks: [input] };
    const trigger = (): string => String(bot.received.at(-1)?.json['trigger_id']);

    it('open one form for one trigger', async () => {
      await begin();
      await slack.as('engineer').shortcut('ask_jamie').delivered;
      const open = { trigger_id: trigger(), view };
      expect(await errorOf(slack, 'views.open', open)).toBeUndefined();
      expect(await errorOf(slack, 'views.open', open)).toBe('exchanged_trigger_id');
      expect(await errorOf(slack, 'views.open', { ...open, trigger_id: 'none' })).toBe('invalid_trigger_id');
    });

    it('open no form once the trigger is old', async () => {
      await begin(undefined, { triggerLifeMs: 20 });
      await slack.as('engineer').shortcut('ask_jamie').delivered;
      const late = { trigger_id: trigger(), view };
      await slack.quiet(30);
      expect(await errorOf(slack, 'views.open', late)).toBe('expired_trigger_id');
    });

    it('send the filled form and can change an open one', async () => {
      await begin();
      await slack.as('engineer').shortcut('ask_jamie').delivered;
      const { body } = await call(slack, 'views.open', { trigger_id: trigger(), view });
      const id = textField(body['view'], 'id') ?? '';
      expect(await errorOf(slack, 'views.update', { view_id: id, view })).toBeUndefined();
      expect(await errorOf(slack, 'views.update', { view_id: 'V0', view })).toBe('not_found');
      await slack.as('engineer').submitView(id, { q: { a: { type: 'plain_text_input', value: 'why?' } } })
        .delivered;
      expect(bot.received.at(-1)?.json).toMatchObject({
        type: 'view_submission',
        view: { id, callback_id: 'ask', state: { values: { q: { a: { value: 'why?' } } } } },
      });
    });

    it('carry the message they were used on', async () => {
      await begin();
      const { message } = slack.admin.postAlert('ops', [{ title: 'CheckoutSlow' }]);
      await slack.as('engineer').shortcut('explain_message', 'ops', message.ts).delivered;
      expect(bot.received.at(-1)?.json).toMatchObject({
        type: 'message_action',
        callback_id: 'explain_message',
        message: { attachments: [{ title: 'CheckoutSlow' }] },
      });
    });

    it('refuse a form that is not well made', async () => {
      await begin();
      const errorFor = (changed: object): Promise<unknown> =>
        errorOf(slack, 'views.open', { trigger_id: 'none', view: { ...view, ...changed } });
      expect(await errorFor({ title: { type: 'plain_text', text: 'x'.repeat(25) } })).toBe(
        'invalid_arguments',
      );
      expect(await errorFor({ submit: undefined })).toBe('invalid_arguments');
      expect(await errorFor({ type: 'home' })).toBe('invalid_arguments');
      expect(await errorFor({ blocks: [{ type: 'markdown', text: 'x' }] })).toBe('invalid_blocks');
    });
  });
});
