import type { Said } from './actor';
import type { Json } from './json';
import type { SlackStandInOptions } from './options';
import { SlackStandIn } from './slack-stand-in';
import { call, patient, plainBot, type PlainBot, type Reply } from './spec-support';

const quiet = { unfurl_links: false, unfurl_media: false };

describe('the verdict', () => {
  let slack: SlackStandIn;
  let bot: PlainBot;

  const begin = async (options: SlackStandInOptions = {}, reply?: () => Reply): Promise<void> => {
    const timing = { eventSpreadMs: 0, retryDelaysMs: [0, 1, 1], ...options.timing };
    slack = await new SlackStandIn({ rateLimits: 'off', ...options, timing }).start();
    bot = await plainBot(reply);
    slack.deliverTo(bot.url);
  };
  afterEach(() => {
    slack.stop();
    bot.close();
  });

  const ids = (): string[] => [...new Set(slack.verdict(patient).map(({ id }) => id))];
  const ask = async (text = 'why?'): Promise<Said> => {
    const said = slack.as('engineer').mention('ops', text);
    await said.delivered;
    return said;
  };
  const post = async (args: Json): Promise<string> =>
    String((await call(slack, 'chat.postMessage', { channel: 'C0OPS', ...quiet, ...args })).body['ts']);
  const reply = (said: Said, args: Json = { text: 'It is the database.' }): Promise<string> =>
    post({ thread_ts: said.threadTs, ...args });
  const stream = async (said: Said, parts: readonly string[], stop = true): Promise<string> => {
    const recipient = { recipient_user_id: 'U0ENGINEER', recipient_team_id: 'T1' };
    const thread = { channel: 'C0OPS', thread_ts: said.threadTs };
    const ts = String((await call(slack, 'chat.startStream', { ...thread, ...recipient })).body['ts']);
    for (const markdown_text of parts) {
      await call(slack, 'chat.appendStream', { channel: 'C0OPS', ts, markdown_text });
    }
    if (stop) await call(slack, 'chat.stopStream', { channel: 'C0OPS', ts });
    return ts;
  };

  describe('has nothing against', () => {
    it.each<[string, () => Promise<unknown>]>([
      ['one answer in the thread', async () => reply(await ask())],
      ['one answer that streams', async () => stream(await ask(), ['It is ', 'the database.'])],
      ['silence where nobody asked', async () => slack.as('engineer').say('ops', 'lunch?').delivered],
      ['silence towards other bots', async () => slack.as('otherBot').mention('ops', 'beep').delivered],
      [
        'a long answer in parts',
        async () => {
          const said = await ask();
          await reply(said, { text: 'x'.repeat(3_000) });
          await reply(said, { text: 'the rest' });
        },
      ],
      [
        'two answers to two asks in one thread',
        async () => {
          const said = await ask();
          await slack.as('onCall').mention('ops', 'and now?', { threadTs: said.ts }).delivered;
          await reply(said, { text: 'one' });
          await reply(said, { text: 'two' });
        },
      ],
      [
        'an answer in private when the channel is closed to it',
        async () => {
          const said = slack.as('engineer').mention('random', 'why?');
          await said.delivered;
          await call(slack, 'chat.postMessage', { channel: 'C0RANDOM', thread_ts: said.ts, text: 'x' });
          await post({ channel: 'U0ENGINEER', text: 'Invite me with /invite @Jamie' });
        },
      ],
      ['naming the asker', async () => reply(await ask(), { text: '<@U0ENGINEER> it is the database' })],
      [
        'a mention that was defused',
        async () => reply(await ask(), { text: '&lt;!channel&gt; and `@here`' }),
      ],
      [
        'a command that is answered once',
        async () => {
          await slack.as('engineer').command('/ask-jamie', 'why?', 'ops').delivered;
          const url = new URLSearchParams(bot.received[0]?.text).get('response_url') ?? '';
          await fetch(url, { method: 'POST', body: JSON.stringify({ text: 'the database' }) });
        },
      ],
    ])('%s', async (_name, act) => {
      await begin();
      await act();
      expect(slack.verdict(patient)).toEqual([]);
    });
  });

  describe('notices answers', () => {
    it.each<[string, string[], () => Promise<unknown>]>([
      ['that never came', ['answer.missing'], () => ask()],
      [
        'that came twice',
        ['answer.duplicate'],
        async () => {
          const said = await ask();
          await reply(said);
          await reply(said);
        },
      ],
      [
        'to a command that came twice',
        ['answer.duplicate'],
        async () => {
          await slack.as('engineer').command('/ask-jamie', 'why?', 'ops').delivered;
          const url = new URLSearchParams(bot.received[0]?.text).get('response_url') ?? '';
          for (const text of ['one', 'two'])
            await fetch(url, { method: 'POST', body: JSON.stringify({ text }) });
        },
      ],
      [
        'at the top of the channel',
        ['answer.missing', 'answer.misplaced'],
        async () => {
          await ask();
          await post({ text: 'It is the database.' });
        },
      ],
      [
        'to a command that everybody sees',
        ['answer.public'],
        async () => {
          await slack.as('engineer').command('/ask-jamie', 'why?', 'ops').delivered;
          const url = new URLSearchParams(bot.received[0]?.text).get('response_url') ?? '';
          await fetch(url, { method: 'POST', body: '{"text":"the database","response_type":"in_channel"}' });
        },
      ],
      ['that nobody asked for', ['answer.unasked'], () => post({ text: 'Did you know?' })],
      [
        'to another bot',
        ['answer.unasked'],
        async () => reply(slack.as('otherBot').mention('ops', 'beep'), { text: 'boop' }),
      ],
      [
        'in private without need',
        ['answer.missing', 'answer.unasked'],
        async () => {
          await ask();
          await post({ channel: 'U0ENGINEER', text: 'psst' });
        },
      ],
    ])('%s', async (_name, expected, act) => {
      await begin();
      await act();
      expect(ids()).toEqual(expected);
    });

    it('that let people wait without a sign', async () => {
      await begin();
      const said = await ask();
      await slack.quiet(60);
      await reply(said);
      expect(slack.verdict({ ...patient, lifeWithinMs: 40 }).map(({ id }) => id)).toEqual(['life.late']);
      expect(slack.verdict(patient)).toEqual([]);
    });
  });

  it.each<[string, string, (said: Said) => Promise<unknown>]>([
    ['an open stream', 'left.stream', (said) => stream(said, ['It is '], false)],
    [
      'a status',
      'left.status',
      async (said) => {
        await reply(said);
        const status = { channel_id: 'C0OPS', thread_ts: said.ts, status: 'is thinking' };
        await call(slack, 'assistant.threads.setStatus', status);
      },
    ],
    [
      'a session at work',
      'left.session',
      async (said) => {
        const session = { channel_id: 'C0OPS', thread_ts: said.ts, status: 'processing' };
        await call(slack, 'agents.sessions.setStatus', session);
        await reply(said);
      },
    ],
    ['a placeholder', 'left.placeholder', (said) => reply(said, { text: '_Thinking…_' })],
    [
      'a busy reaction',
      'left.reaction',
      async (said) => {
        await call(slack, 'reactions.add', { channel: 'C0OPS', timestamp: said.ts, name: 'eyes' });
        await reply(said);
      },
    ],
    ['a broadcast', 'mention.mass', (said) => reply(said, { text: 'all: <!channel>' })],
    ['a labelled broadcast', 'mention.mass', (said) => reply(said, { markdown_text: '<!here|here>' })],
    ['a user group', 'mention.mass', (said) => reply(said, { text: '<!subteam^S123>' })],
    ['a broadcast split over two appends', 'mention.mass', (said) => stream(said, ['all: <!chan', 'nel>'])],
    [
      'a broadcast in a block',
      'mention.mass',
      (said) => {
        const broadcast = { type: 'broadcast', range: 'here' };
        const section = { type: 'rich_text_section', elements: [broadcast] };
        return reply(said, { text: 'x', blocks: [{ type: 'rich_text', elements: [section] }] });
      },
    ],
    [
      'a broadcast in an attachment',
      'mention.mass',
      (said) => reply(said, { text: 'x', attachments: [{ fields: [{ value: '<!everyone>' }] }] }),
    ],
    [
      'a broadcast that was edited away',
      'mention.mass',
      async (said) => {
        const ts = await reply(said, { text: '<!channel>' });
        await call(slack, 'chat.update', { channel: 'C0OPS', ts, text: 'oops' });
      },
    ],
    ['a mention of a bystander', 'mention.user', (said) => reply(said, { text: '<@U0OWNER> look' })],
    [
      'names turned into mentions',
      'mention.flags',
      (said) => reply(said, { text: '@here', link_names: true }),
    ],
    [
      'unfurling',
      'unfurl.flags',
      (said) => call(slack, 'chat.postMessage', { channel: 'C0OPS', thread_ts: said.ts, text: 'x' }),
    ],
    [
      'an image',
      'link.image',
      (said) => {
        const image = { type: 'image', image_url: 'https://example.com/a.png', alt_text: 'a' };
        return reply(said, { text: 'x', blocks: [image] });
      },
    ],
    [
      'a refused size',
      'size.rejected',
      async (said) => {
        await reply(said, { markdown_text: 'x'.repeat(12_001) });
        await reply(said);
      },
    ],
    ['a cut text', 'size.truncated', (said) => reply(said, { text: 'x'.repeat(40_001) })],
    ['an open fence', 'fence.unbalanced', (said) => reply(said, { markdown_text: '```\nkubectl get pods' })],
    [
      'blocks without text',
      'text.missing',
      (said) => reply(said, { blocks: [{ type: 'markdown', text: 'the database' }] }),
    ],
    ['hasty appends', 'rate.appends', (said) => stream(said, ['a', 'b', 'c', 'd', 'e', 'f'])],
    [
      'hasty updates',
      'rate.updates',
      async (said) => {
        const ts = await reply(said);
        for (const text of ['a', 'b', 'c', 'd'])
          await call(slack, 'chat.update', { channel: 'C0OPS', ts, text });
      },
    ],
    [
      'an update that changes nothing',
      'api.unchanged-update',
      async (said) => {
        const ts = await reply(said, { text: 'same' });
        await call(slack, 'chat.update', { channel: 'C0OPS', ts, text: 'same' });
      },
    ],
    [
      'an early return',
      'rate.window',
      async (said) => {
        slack.fail('chat.postMessage', { type: 'ratelimited', retryAfterSeconds: 1 }, { times: 1 });
        await reply(said);
        await slack.quiet(120);
        await reply(said);
        await slack.quiet(1_000);
        await reply(said);
      },
    ],
    [
      'an unknown method',
      'api.unknown-method',
      async (said) => [await reply(said), await call(slack, 'users.list')],
    ],
    [
      'a dead method',
      'api.deprecated-method',
      async (said) => [await reply(said), await call(slack, 'files.upload')],
    ],
    ['an unknown argument', 'api.unknown-argument', (said) => reply(said, { text: 'x', colour: 'red' })],
    ['a secret', 'secret.leak', (said) => reply(said, { text: `token: ${slack.app.botToken}` })],
    [
      'no end of calls with a dead token',
      'token.loop',
      async (said) => {
        await reply(said);
        slack.admin.setToken('bot', 'token_revoked');
        for (let index = 0; index < 21; index += 1) await call(slack, 'auth.test');
      },
    ],
    [
      'a worn-out response_url',
      'response-url.refused',
      async (said) => {
        await reply(said);
        await fetch(`${slack.apiUrl.replace('/api/', '')}/commands/T1/1/none`, {
          method: 'POST',
          body: '{}',
        });
      },
    ],
  ])('notices %s', async (_name, expected, act) => {
    await begin({ timing: { retryAfterGraceMs: 50 } });
    await act(await ask());
    expect(ids()).toEqual([expected]);
  });

  it('wants a stream that ran out of time to go on in a message', async () => {
    await begin({ timing: { streamLifeMs: 400 } });
    const said = await ask();
    await stream(said, ['It is '], false);
    await slack.waitFor('its end', () => slack.transcript.answersTo(said.ask)[0]?.stream === 'expired');
    expect(ids()).toEqual(['left.stream']);
    await reply(said, { text: 'the database.' });
    expect(slack.verdict(patient)).toEqual([]);
  });

  it('notices events that fail and are lost', async () => {
    await begin({}, () => ({ status: 500 }));
    await slack.as('engineer').say('ops', 'lunch?').delivered;
    expect(ids()).toEqual(['ack.failed', 'event.lost']);
  });

  it('notices slow acknowledgements', async () => {
    await begin({}, () => ({ afterMs: 80 }));
    await slack.as('engineer').say('ops', 'lunch?').delivered;
    const findings = slack.verdict({ ackWithinMs: 50 });
    expect(findings).toEqual([expect.objectContaining({ id: 'ack.slow', severity: 'warning' })]);
  });

  it('leaves out what a scenario brings about on purpose', async () => {
    await begin();
    await reply(await ask(), { text: '<!channel> <@U0OWNER>' });
    expect(ids()).toEqual(['mention.mass', 'mention.user']);
    expect(slack.verdict({ ...patient, ignore: ['mention.mass'] }).map(({ id }) => id)).toEqual([
      'mention.user',
    ]);
    expect(slack.verdict({ ...patient, ignore: ['mention.*'] })).toEqual([]);
  });

  it('expects neither an answer nor silence from guests, strangers and shared channels', async () => {
    await begin();
    const said = [
      slack.as('singleGuest').mention('guest', 'why?'),
      slack.as('stranger').mention('shared', 'why?'),
      slack.as('engineer').mention('pending-shared', 'why?'),
    ];
    expect(said.map(({ ask: asked }) => asked.expect)).toEqual(['any', 'any', 'any']);
    expect(slack.as('engineer').mention('secret', 'why?').ask.expect).toBe('silence');
    expect(slack.as('engineer').mention('ops', 'why?', { expect: 'any' }).ask.expect).toBe('any');
  });

  it('expects an answer to a follow-up where the app takes part, and nowhere else', async () => {
    await begin();
    const said = await ask();
    const expectation = (threadTs: string): string =>
      slack.as('onCall').say('ops', 'and?', { threadTs }).ask.expect;
    expect(expectation(said.ts)).toBe('answer');
    expect(expectation(slack.as('onCall').say('ops', 'lunch?').ts)).toBe('silence');
  });
});
