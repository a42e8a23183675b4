import { ollamaAnswer, probeKinds } from '@jamie/testing';
import { type SlackTeam, eventually, inBothTransports, inEach, patienceMs, startTeam } from './slack-team';

jest.setTimeout(3 * patienceMs);

const refused = (reason: string): string => `slack_refused_requests_total{reason="${reason}"}`;

describe('requests that Slack did not send', () => {
  let team: SlackTeam;

  beforeAll(async () => {
    team = await startTeam('http');
  });
  afterAll(async () => {
    await team.close();
  });
  afterEach(async () => {
    await team.expectNothingWrong();
  });

  it.each(probeKinds)('leave no trace and do no harm: %s', async (kind) => {
    const { alive, status } = await team.slack.probes.send(kind);
    expect(alive).toBe(true);
    expect(status).toBeLessThan(500);
  });

  it('are counted by reason', async () => {
    const reasons = [
      'bad_signature',
      'missing_signature',
      'stale',
      'future',
      'bad_request',
      'too_large',
      'foreign_app',
      'foreign_workspace',
    ];
    await team.settled();
    const samples = await team.jamie.metrics();
    const absent = reasons.filter((reason) => samples.get(refused(reason)) === 0);
    expect(absent).toEqual([]);
  });

  it('answers a request once, however often it is sent', async () => {
    team.ollama.script(ollamaAnswer('All is well.'));
    const asked = team.slack.as('engineer').mention('ops', 'are you there?');
    await team.answer(asked);
    await team.slack.probes.replay(asked);
    await team.settled();
    expect(team.slack.transcript.answersTo(asked.ask)).toHaveLength(1);
  });

  it('shows no token and no question in its health and metrics', async () => {
    const texts = await Promise.all(
      [`${team.jamie.url}/health`, `${team.jamie.metricsUrl}/metrics`].map(async (url) =>
        (await fetch(url)).text(),
      ),
    );
    expect(texts.join()).not.toMatch(/xoxb-|xapp-|stand-in-signing-secret|are you there/);
  });
});

describe('people who are not answered', () => {
  const scenario = inBothTransports({ answer: ollamaAnswer('a secret of the team') });

  const cases = [
    ['multiGuest', 'ops', 'guest', 'guests'],
    ['singleGuest', 'guest', 'guest', 'guests'],
    ['stranger', 'shared', 'stranger', 'people of the workspace'],
    ['engineer', 'shared', 'shared_channel', 'direct message'],
  ] as const;
  for (const [who, channel, reason, words] of cases) {
    const isTold = async (team: SlackTeam): Promise<void> => {
      const before = await team.count(refused(reason));
      team.slack.as(who).mention(channel, 'what do you know?');
      const told = () => team.slack.transcript.ephemerals(who).at(-1)?.text.includes(words);
      await team.slack.waitFor('a private sentence', told, patienceMs);
      expect(await team.count(refused(reason))).toBe(before + 1);
      expect(team.prompts()).toEqual([]);
    };
    // Slack shows private messages in a thread only where there already is one, so this one stands in the channel.
    scenario(`${who} in #${channel} is told so in private`, isTold, ['answer.misplaced']);
  }

  scenario('a guest gets no answer to a command or a direct message either', async (team) => {
    const command = team.slack.as('multiGuest').command('/ask-jamie', 'what do you know?', 'ops');
    await team.answer(command, 'guests');
    const direct = team.slack.as('multiGuest').directMessage('what do you know?');
    await team.answer(direct, 'guests');
    expect(team.prompts()).toEqual([]);
    expect(await team.count('slack_slash_commands_total{status="success"}')).toBe(0);
  });
});

describe('a team that wants guests and partners to be answered', () => {
  const scenario = inBothTransports({
    answer: ollamaAnswer('Welcome.'),
    environment: { SLACK_ALLOW_GUESTS: 'true', SLACK_ALLOW_EXTERNAL: 'true' },
  });

  scenario('gets what it wants', async (team) => {
    await team.answer(team.slack.as('multiGuest').mention('ops', 'hello?'), 'Welcome.');
    await team.answer(team.slack.as('engineer').mention('shared', 'hello?'), 'Welcome.');
  });
});

describe('an app that may upload no files', () => {
  const scenario = inBothTransports({ before: (slack) => slack.admin.dropScope('files:write') });

  const postInstead = async (team: SlackTeam): Promise<void> => {
    team.ollama.script(ollamaAnswer(['Apply:\n\n```yaml\n', 'key: value\n'.repeat(900), '```\n']));
    const asked = team.slack.as('engineer').mention('ops', 'the manifest please');
    await team.answer(asked, 'code-1.yaml');
    const lines = () =>
      team.slack.transcript.answersTo(asked.ask).flatMap(({ text }) => text.match(/key: value/g) ?? []);
    await team.slack.waitFor('all lines', () => lines().length === 900, patienceMs);
  };
  // The messages that stand in for the file look like further answers.
  scenario('posts the text of a file', postInstead, ['answer.duplicate']);
});

describe('a token that Slack does not take any more', () => {
  const scenario = inBothTransports({ answer: ollamaAnswer('All is well.') });

  const revoke = async (team: SlackTeam, transport: string): Promise<void> => {
    await team.answer(team.slack.as('engineer').mention('ops', 'are you there?'));
    team.slack.admin.setToken('bot', 'token_revoked');
    for (let at = 0; at < 5; at += 1) {
      await team.slack.as('engineer').mention('ops', `and now? ${at}`, { expect: 'any' }).delivered;
    }
    expect(await team.count(`slack_connected{transport="${transport}"}`)).toBe(0);
    expect(await team.count('jamie_dependency_up{dependency="slack"}')).toBe(0);
  };
  scenario('is not used in a loop, and shows in health and metrics', revoke, ['left.status']);
});

describe('a Slack that is slow when Jamie starts', () => {
  const scenario = inBothTransports({
    connected: false,
    before: (slack) => void slack.fail('auth.test', { type: 'latency', delayMs: 1500 }, { times: 1 }),
  });

  scenario(
    'keeps nothing from being ready, and what was asked meanwhile is answered',
    async (team, transport) => {
      team.ollama.script(ollamaAnswer('All is well.'));
      expect((await fetch(`${team.jamie.url}/health/ready`)).status).toBe(200);
      if (transport === 'socket')
        await team.slack.waitFor('a socket', () => team.slack.sockets.open.length > 0, patienceMs);
      const asked = team.slack.as('engineer').mention('ops', 'are you there?');
      await asked.delivered;
      await team.answer(asked, 'All is well.');
    },
  );
});

describe('a Slack that is not there when Jamie starts', () => {
  it('is connected to as soon as it is there', () =>
    inEach(async (transport) => {
      const team = await startTeam(transport, { connected: false, before: (slack) => slack.goDown() });
      try {
        const connected = `slack_connected{transport="${transport}"}`;
        expect((await fetch(`${team.jamie.url}/health/ready`)).status).toBe(200);
        expect(await team.count(connected)).toBe(0);
        await team.slack.comeBack();
        await eventually(async () => (await team.count(connected)) === 1);
        team.ollama.script(ollamaAnswer('All is well.'));
        await team.answer(team.slack.as('engineer').mention('ops', 'are you there?'), 'All is well.');
        await team.expectNothingWrong();
      } finally {
        await team.close();
      }
    }));
});
