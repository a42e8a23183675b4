import { ollamaAnswer, probeKinds } from '@jamie/testing';
import { type SlackTeam, patienceMs, startTeam, transports } from './slack-team';

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
    for (const reason of reasons)
      expect([reason, await team.count(refused(reason))]).toEqual([reason, expect.any(Number)]);
    for (const reason of reasons)
      expect([reason, (await team.count(refused(reason))) > 0]).toEqual([reason, true]);
  });

  it('answers a request once, however often it is sent', async () => {
    team.ollama.script(ollamaAnswer('All is well.'));
    const asked = team.slack.as('engineer').mention('ops', 'are you there?');
    await team.answer(asked);
    await team.slack.probes.replay(asked);
    await team.slack.quiet();
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

describe.each(transports)('people who are not answered, over %s', (transport) => {
  let team: SlackTeam;

  beforeAll(async () => {
    team = await startTeam(transport);
    team.ollama.script(ollamaAnswer('a secret of the team'));
  });
  afterAll(async () => {
    await team.close();
  });
  afterEach(async () => {
    await team.expectNothingWrong();
  });

  it.each([
    ['multiGuest', 'ops', 'guest', 'guests'],
    ['singleGuest', 'guest', 'guest', 'guests'],
    ['stranger', 'shared', 'stranger', 'people of the workspace'],
    ['engineer', 'shared', 'shared_channel', 'direct message'],
  ])('%s in #%s is told so in private', async (who, channel, reason, words) => {
    const before = await team.count(refused(reason));
    team.slack.as(who).mention(channel, 'what do you know?');
    const told = () => team.slack.transcript.ephemerals(who).at(-1)?.text.includes(words);
    await team.slack.waitFor('a private sentence', told, patienceMs);
    expect(await team.count(refused(reason))).toBe(before + 1);
    expect(team.prompts()).toEqual([]);
    // Slack shows private messages in a thread only where there already is one, so this one stands in the channel.
    await team.expectNothingWrong('answer.misplaced');
  });

  it('a guest gets no answer to a command or a direct message either', async () => {
    const command = team.slack.as('multiGuest').command('/ask-jamie', 'what do you know?', 'ops');
    await team.answer(command, 'guests');
    const direct = team.slack.as('multiGuest').directMessage('what do you know?');
    await team.answer(direct, 'guests');
    expect(team.prompts()).toEqual([]);
    expect(await team.count('slack_slash_commands_total{status="success"}')).toBe(0);
  });

  it('guests are answered where the team wants it', async () => {
    const open = await startTeam(transport, {
      environment: { SLACK_ALLOW_GUESTS: 'true', SLACK_ALLOW_EXTERNAL: 'true' },
    });
    try {
      open.ollama.script(ollamaAnswer('Welcome.'));
      await open.answer(open.slack.as('multiGuest').mention('ops', 'hello?'), 'Welcome.');
      await open.answer(open.slack.as('engineer').mention('shared', 'hello?'), 'Welcome.');
      await open.expectNothingWrong();
    } finally {
      await open.close();
    }
  });
});

describe.each(transports)('what an installation lacks, over %s', (transport) => {
  it('posts the text of a file where it may upload none', async () => {
    const team = await startTeam(transport, { before: (slack) => slack.admin.dropScope('files:write') });
    try {
      team.ollama.script(ollamaAnswer(['Apply:\n\n```yaml\n', 'key: value\n'.repeat(900), '```\n']));
      const asked = team.slack.as('engineer').mention('ops', 'the manifest please');
      await team.answer(asked, 'code-1.yaml');
      const text = () =>
        team.slack.transcript
          .answersTo(asked.ask)
          .map((line) => line.text)
          .join('\n');
      await team.slack.waitFor(
        'all lines',
        () => (text().match(/key: value/g) ?? []).length === 900,
        patienceMs,
      );
    } finally {
      await team.close();
    }
  });

  it('stops calling with a token that Slack does not take any more, and says so', async () => {
    const team = await startTeam(transport);
    try {
      team.ollama.script(ollamaAnswer('All is well.'));
      await team.answer(team.slack.as('engineer').mention('ops', 'are you there?'));
      team.slack.admin.setToken('bot', 'token_revoked');
      for (let at = 0; at < 5; at += 1) {
        await team.slack.as('engineer').mention('ops', `and now? ${at}`, { expect: 'any' }).delivered;
      }
      await team.slack.quiet(1000);
      expect(await team.count(`slack_connected{transport="${transport}"}`)).toBe(0);
      expect(await team.count('jamie_dependency_up{dependency="slack"}')).toBe(0);
      await team.expectNothingWrong('left.status');
    } finally {
      await team.close();
    }
  });

  it('is ready at once while Slack is slow, and answers what was asked meanwhile', async () => {
    const team = await startTeam(transport, {
      connected: false,
      before: (slack) => void slack.fail('auth.test', { type: 'latency', delayMs: 2000 }, { times: 1 }),
    });
    try {
      team.ollama.script(ollamaAnswer('All is well.'));
      expect((await fetch(`${team.jamie.url}/health/ready`)).status).toBe(200);
      if (transport === 'socket')
        await team.slack.waitFor('a socket', () => team.slack.sockets.open.length > 0, patienceMs);
      const asked = team.slack.as('engineer').mention('ops', 'are you there?');
      await asked.delivered;
      await team.answer(asked, 'All is well.');
      await team.expectNothingWrong();
    } finally {
      await team.close();
    }
  });

  it('starts without Slack, and connects when Slack is there', async () => {
    const team = await startTeam(transport, { connected: false, before: (slack) => slack.goDown() });
    try {
      expect((await fetch(`${team.jamie.url}/health/ready`)).status).toBe(200);
      expect(await team.count(`slack_connected{transport="${transport}"}`)).toBe(0);
      await team.slack.comeBack();
      const up = async (): Promise<boolean> =>
        (await team.count(`slack_connected{transport="${transport}"}`)) === 1;
      while (!(await up()));
      team.ollama.script(ollamaAnswer('All is well.'));
      await team.answer(team.slack.as('engineer').mention('ops', 'are you there?'), 'All is well.');
      await team.expectNothingWrong();
    } finally {
      await team.close();
    }
  });
});
