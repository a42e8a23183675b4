import { createHmac } from 'node:crypto';
import { objectField, objectsIn } from './json';
import { SlackStandIn } from './slack-stand-in';
import { boltOverHttp, honest, type BoltBot } from './spec-bots';
import { call, patient, plainBot, sorted, type PlainBot, type Received, type Reply } from './spec-support';

describe('events over HTTP', () => {
  let slack: SlackStandIn;
  let bot: PlainBot;

  const begin = async (
    reply?: (received: Received, index: number) => Reply,
    ackTimeoutMs = 3_000,
  ): Promise<void> => {
    const timing = { retryDelaysMs: [0, 20, 20], eventSpreadMs: 10, ackTimeoutMs };
    slack = await new SlackStandIn({ timing, rateLimits: 'off' }).start();
    bot = await plainBot(reply);
    slack.deliverTo(bot.url);
  };
  let bolt: BoltBot | undefined;
  afterEach(async () => {
    slack.stop();
    bot.close();
    await bolt?.stop();
    bolt = undefined;
  });

  const events = (): Record<string, unknown>[] => bot.received.map(({ json }) => objectField(json, 'event'));

  it('signs every request over its raw body', async () => {
    await begin();
    await slack.as('engineer').mention('ops', 'why?').delivered;
    const [first] = bot.received;
    const timestamp = String(first?.headers['x-slack-request-timestamp']);
    const base = `v0:${timestamp}:${first?.text}`;
    const hmac = createHmac('sha256', slack.app.signingSecret).update(base).digest('hex');
    expect(first?.headers['x-slack-signature']).toBe(`v0=${hmac}`);
    expect(Math.abs(Number(timestamp) - Date.now() / 1_000)).toBeLessThan(2);
  });

  it('makes two events of one mention, under two ids, with one ts', async () => {
    await begin();
    const said = slack.as('engineer').mention('ops', 'a < b & @jamie?');
    await said.delivered;
    expect(sorted(events().map(({ type }) => type))).toEqual(['app_mention', 'message']);
    expect(new Set(bot.received.map(({ json }) => json['event_id'])).size).toBe(2);
    for (const event of events()) {
      expect(event).toMatchObject({ ts: said.ts, channel: 'C0OPS', user: 'U0ENGINEER' });
      expect(event['text']).toBe('a &lt; b &amp; <@U0JAMIE>?');
    }
    expect(events().find(({ type }) => type === 'app_mention')).not.toHaveProperty('channel_type');
    expect(events().find(({ type }) => type === 'message')).toHaveProperty('channel_type', 'channel');
  });

  it('sends the two in either order', async () => {
    await begin();
    const first = async (plan?: 'app_mention' | 'message'): Promise<unknown> => {
      bot.received.length = 0;
      await slack.as('engineer').mention('ops', 'x', { delivery: { first: plan ?? 'random' } }).delivered;
      return events()[0]?.['type'];
    };
    expect([await first('message'), await first('app_mention')]).toEqual(['message', 'app_mention']);
    const drawn = new Set<unknown>();
    for (let index = 0; index < 12; index += 1) drawn.add(await first());
    expect(drawn.size).toBe(2);
  });

  it('sends only what is subscribed to, in scope and in sight', async () => {
    await begin();
    slack.app.subscriptions.delete('message.channels');
    slack.app.scopes.delete('im:history');
    await slack.as('engineer').say('ops', 'nothing').delivered;
    await slack.as('engineer').directMessage('nothing').delivered;
    await slack.as('engineer').mention('secret', 'nothing').delivered;
    expect(events()).toEqual([]);
    await slack.as('engineer').mention('random', 'come here').delivered;
    expect(events().map(({ type }) => type)).toEqual(['app_mention']);
    slack.app.subscriptions.delete('app_mention');
    await slack.as('engineer').mention('random', 'come here').delivered;
    expect(events()).toHaveLength(1);
  });

  it("sends the app's own posts, updates and deletions back to it", async () => {
    await begin();
    const { ts } = (await call(slack, 'chat.postMessage', { channel: 'C0OPS', text: 'a' })).body;
    await call(slack, 'chat.update', { channel: 'C0OPS', ts, text: 'b' });
    await call(slack, 'chat.delete', { channel: 'C0OPS', ts });
    const shown = await slack.waitFor('three events', () => events().length === 3 && events());
    const subtypes = shown.map(({ subtype }) => subtype);
    expect(sorted(subtypes)).toEqual(['message_changed', 'message_deleted', 'undefined']);
    expect(shown.find(({ subtype }) => subtype === undefined)).toMatchObject({
      bot_id: 'B0JAMIE',
      app_id: 'A0JAMIE',
    });
    const changed = shown.find(({ subtype }) => subtype === 'message_changed');
    expect(changed).toMatchObject({
      message: { text: 'b', ts },
      previous_message: { text: 'a' },
      hidden: true,
    });
    expect(changed?.['ts']).not.toBe(ts);
  });

  it('marks what comes from another company', async () => {
    await begin();
    await slack.as('stranger').mention('shared', 'hello').delivered;
    expect(bot.received[0]?.json).toMatchObject({
      is_ext_shared_channel: true,
      team_id: 'T2',
      context_team_id: 'T1',
    });
    expect(events()[0]).toMatchObject({ user_team: 'T2', source_team: 'T2' });
    expect(objectsIn(bot.received[0]?.json['authorizations'])[0]).toMatchObject({ team_id: 'T1' });
  });

  it("sends another bot's message without a subtype and a webhook's with one", async () => {
    await begin();
    await slack.as('otherBot').say('ops', 'beep').delivered;
    await slack.admin.postAlert('ops', [{ title: 'CheckoutSlow', text: 'p99 is 4 s' }]).delivered;
    expect(events()[0]).toMatchObject({ bot_id: 'B0OTHERBOT', user: 'U0OTHERBOT' });
    expect(events()[0]).not.toHaveProperty('subtype');
    expect(events()[1]).toMatchObject({
      subtype: 'bot_message',
      text: '',
      attachments: [{ title: 'CheckoutSlow' }],
    });
  });

  it('tells of edits, deletions, reactions, tabs and invitations', async () => {
    await begin();
    const engineer = slack.as('engineer');
    const said = engineer.say('ops', 'hello');
    await said.delivered;
    await engineer.edit(said, 'hello @jamie');
    await engineer.react(said, 'thumbsup');
    await engineer.delete(said);
    await engineer.openHome();
    await engineer.openMessagesTab();
    await slack.admin.inviteBot('random');
    const told = events().map(({ type, subtype, tab }) => [type, subtype, tab].filter(Boolean).join(' '));
    expect(sorted(told)).toEqual([
      'app_home_opened home',
      'app_home_opened messages',
      'app_mention',
      'member_joined_channel',
      'message',
      'message channel_join',
      'message message_changed',
      'message message_deleted',
      'reaction_added',
    ]);
  });

  describe('delivery', () => {
    it('retries what fails, three times, with headers that say why', async () => {
      await begin(() => ({ status: 500 }));
      const [delivery] = await slack.as('engineer').say('ops', 'x').delivered;
      expect(delivery).toMatchObject({ outcome: 'failed' });
      expect(bot.received.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([
        undefined,
        '1',
        '2',
        '3',
      ]);
      expect(bot.received[1]?.headers['x-slack-retry-reason']).toBe('http_error');
      expect(new Set(bot.received.map(({ json }) => json['event_id'])).size).toBe(1);
    });

    it('stops retrying once it is acknowledged, and tells how long that took', async () => {
      await begin((_received, index) => (index === 0 ? { hang: true } : { afterMs: 30 }), 500);
      const [delivery] = await slack.as('engineer').say('ops', 'x').delivered;
      expect(delivery).toMatchObject({ outcome: 'acked' });
      expect(delivery?.attempts).toMatchObject([{ reason: 'http_timeout' }, { status: 200, retry: 1 }]);
      expect(delivery?.attempts[1]?.latencyMs).toBeGreaterThan(25);
      expect(bot.received[1]?.headers['x-slack-retry-reason']).toBe('http_timeout');
    });

    it('stops retrying when asked to', async () => {
      await begin(() => ({ status: 500, headers: { 'x-slack-no-retry': '1' } }));
      await slack.as('engineer').say('ops', 'x').delivered;
      expect(bot.received).toHaveLength(1);
    });

    it('follows two redirects and no third', async () => {
      await begin(() => ({ status: 302, headers: { location: '/slack/events' } }));
      const [delivery] = await slack.as('engineer').say('ops', 'x', { delivery: { only: 'message' } })
        .delivered;
      expect(delivery?.attempts[0]).toMatchObject({ acked: false, reason: 'too_many_redirects' });
      expect(bot.received).toHaveLength(12);
    });

    it('repeats an event under its own id and under others', async () => {
      await begin();
      await slack.as('engineer').say('ops', 'x', { delivery: { copies: 1, newIdCopies: 2 } }).delivered;
      const ids = bot.received.map(({ json }) => json['event_id']);
      expect([ids.length, new Set(ids).size]).toEqual([4, 3]);
      expect(new Set(events().map(({ ts }) => ts)).size).toBe(1);
      expect(bot.received.every(({ headers }) => headers['x-slack-retry-num'] === undefined)).toBe(true);
    });

    it('goes to any one of several replicas', async () => {
      await begin();
      const other = await plainBot();
      slack.deliverTo(bot.url, other.url);
      await Promise.all(Array.from({ length: 12 }, () => slack.as('engineer').say('ops', 'x').delivered));
      expect(bot.received.length + other.received.length).toBe(12);
      expect(Math.min(bot.received.length, other.received.length)).toBeGreaterThan(0);
      other.close();
    });

    it('loses an acknowledgement after the app has done its work', async () => {
      await begin();
      await slack.as('engineer').say('ops', 'x', { delivery: { loseAcks: 1 } }).delivered;
      expect(bot.received.map(({ headers }) => headers['x-slack-retry-reason'])).toEqual([
        undefined,
        'connection_failed',
      ]);
      expect(slack.verdict(patient).map(({ id }) => id)).toEqual([]);
    });
  });

  it('finds nothing wrong with an honest bot made with Bolt, whatever is delivered twice', async () => {
    await begin();
    bolt = await boltOverHttp(slack, honest);
    const said = slack
      .as('engineer')
      .mention('ops', 'why?', { delivery: { copies: 2, newIdCopies: 1, loseAcks: 1 } });
    const [line] = await slack.waitForAnswer(said);
    expect(line).toMatchObject({ author: 'jamie', text: 'It is the database.', threadTs: said.ts });
    await said.delivered;
    await slack.quiet(50);
    expect(slack.verdict(patient)).toEqual([]);
  });
});
