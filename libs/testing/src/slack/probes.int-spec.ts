import { probeKinds } from './probes';
import { SlackStandIn } from './slack-stand-in';
import { boltOverHttp, honest, type BoltBot } from './spec-bots';
import { call, plainBot, sorted, type PlainBot } from './spec-support';

describe('hostile probes', () => {
  let slack: SlackStandIn;
  let bot: PlainBot | undefined;
  let bolt: BoltBot | undefined;

  beforeEach(async () => {
    slack = await new SlackStandIn({
      echo: { posts: false },
      rateLimits: 'off',
      timing: { eventSpreadMs: 0 },
    }).start();
  });
  afterEach(async () => {
    slack.stop();
    bot?.close();
    await bolt?.stop();
    bot = bolt = undefined;
  });

  const ids = (): string[] => [...new Set(slack.verdict().map(({ id }) => id))];

  it('find a bot that takes whatever it gets', async () => {
    bot = await plainBot();
    slack.deliverTo(bot.url);
    for (const kind of probeKinds) await slack.probes.send(kind);
    const accepted = slack.verdict().map(({ text }) => text.split(' ')[0]);
    expect(sorted(accepted)).toEqual([
      'bad-signature',
      'future',
      'future-day',
      'missing-headers',
      'other-body',
      'ssl-check-any',
      'stale',
    ]);
    expect(ids()).toEqual(['probe.accepted']);
  });

  it('find a bot that falls over', async () => {
    bot = await plainBot(() => ({ status: 500 }));
    slack.deliverTo(bot.url);
    await slack.probes.send('null-body');
    expect(ids()).toEqual(['probe.crash']);
    bot.close();
    expect(await slack.probes.send('null-body')).toMatchObject({ alive: false });
  });

  it('find a bot that refuses and acts all the same', async () => {
    bot = await plainBot(({ json }) => {
      const text = JSON.stringify(json).match(/probe-\d+-\w+/)?.[0];
      if (text !== undefined) void call(slack, 'auth.test', { note: text });
      return { status: 401 };
    });
    slack.deliverTo(bot.url);
    await slack.probes.send('bad-signature');
    await slack.waitFor('the call', () => slack.calls().length > 0);
    expect(slack.verdict({ ignore: ['api.*'] }).map(({ id }) => id)).toEqual(['probe.effect']);
  });

  it('find what Bolt 4.7.3 leaves open: requests from the future, and those of other teams and apps', async () => {
    bolt = await boltOverHttp(slack, honest);
    for (const kind of probeKinds.filter((probe) => probe !== 'null-body')) await slack.probes.send(kind);
    await slack.quiet(100);
    const found = slack.verdict({ ignore: ['answer.*', 'ack.*'] });
    expect(found.map(({ id, text }) => `${id} ${text.split(' ')[0]}`).toSorted()).toEqual([
      'probe.accepted future',
      'probe.accepted future-day',
      'probe.effect foreign-app',
      'probe.effect foreign-team',
      'probe.effect future',
      'probe.effect future-day',
    ]);
  });

  it('replay a request byte for byte', async () => {
    bot = await plainBot();
    slack.deliverTo(bot.url);
    const said = slack.as('engineer').say('ops', 'once');
    await said.delivered;
    await slack.probes.replay(said);
    const [first, second] = bot.received;
    expect(second?.text).toBe(first?.text);
    expect(second?.headers['x-slack-signature']).toBe(first?.headers['x-slack-signature']);
  });
});
