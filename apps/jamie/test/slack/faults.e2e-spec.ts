import { ollamaAnswer, type PlannedSlackFault, type SlackFault } from '@jamie/testing';
import { type SlackTeam, patienceMs, startTeam, transports } from './slack-team';

jest.setTimeout(4 * patienceMs);

const lost: SlackFault = { type: 'reset', effect: true };

describe.each(transports)('trouble on the way, over %s', (transport) => {
  let team: SlackTeam;
  let planned: PlannedSlackFault[] = [];

  beforeAll(async () => {
    team = await startTeam(transport, { slack: { timing: { retryDelaysMs: [0, 300, 900] } } });
  });
  afterAll(async () => {
    await team.close();
  });
  beforeEach(() => {
    team.ollama.script(ollamaAnswer('All is well.'));
  });
  afterEach(async () => {
    for (const fault of planned) fault.remove();
    planned = [];
    await team.expectNothingWrong();
  });

  const slowly = (): void => {
    team.ollama.script(ollamaAnswer(['All ', 'is ', 'well ', 'by ', 'now.'], { chunkDelayMs: 500 }));
  };

  it('answers once what is delivered four times', async () => {
    const before = await team.count('slack_duplicate_deliveries_total');
    const asked = team.slack.as('engineer').mention('ops', 'are you there?', { delivery: { copies: 3 } });
    await team.answer(asked);
    await asked.delivered;
    expect(team.slack.transcript.answersTo(asked.ask)).toHaveLength(1);
    expect((await team.count('slack_duplicate_deliveries_total')) - before).toBe(6);
  });

  it('answers once what is delivered under four event ids', async () => {
    const asked = team.slack.as('engineer').directMessage('are you there?', { delivery: { newIdCopies: 3 } });
    await team.answer(asked);
    await asked.delivered;
    await team.slack.quiet();
    expect(team.slack.transcript.answersTo(asked.ask)).toHaveLength(1);
  });

  it('answers once although Slack never hears the acknowledgement', async () => {
    const asked = team.slack.as('engineer').directMessage('are you there?', { delivery: { loseAcks: 3 } });
    await team.answer(asked);
    await asked.delivered;
    await team.slack.quiet();
    expect(team.slack.transcript.answersTo(asked.ask)).toHaveLength(1);
  });

  it.each(['chat.postMessage', 'files.completeUploadExternal'])(
    'posts once when the reply to %s is lost',
    async (method) => {
      if (method.startsWith('files'))
        team.ollama.script(ollamaAnswer(['```\n', 'line of code\n'.repeat(900), '```\n']));
      planned.push(team.slack.fail(method, lost, { times: 1 }));
      const asked = team.slack.as('engineer').mention('ops', 'are you there?');
      await team.answer(asked);
      await team.slack.quiet(1200);
      const answers = team.slack.transcript.answersTo(asked.ask);
      expect(answers).toHaveLength(method.startsWith('files') ? 2 : 1);
    },
  );

  it.each(['chat.startStream', 'chat.appendStream', 'chat.stopStream'])(
    'shows the whole answer once when the reply to %s is lost',
    async (method) => {
      slowly();
      planned.push(team.slack.fail(method, lost, { times: 1 }));
      const asked = team.slack.as('engineer').mention('ops', 'slowly');
      await team.answer(asked, 'All is well by now.');
      const [answer, ...more] = team.slack.transcript.answersTo(asked.ask);
      expect(more).toEqual([]);
      // A message that had to be rewritten says in blocks what it says; its text is for notifications.
      const blocks = answer?.blocks.filter(({ type }) => type === 'markdown') ?? [];
      const shown = blocks.length > 0 ? blocks.map(({ text }) => text).join('') : answer?.text;
      expect(String(shown).match(/All is/g)).toHaveLength(1);
    },
  );

  it.each([
    ['an error page', { type: 'http', status: 503 }],
    ['an internal error', { type: 'error', error: 'internal_error' }],
    ['half an answer', { type: 'truncated' }],
    ['a fatal error that was none', { type: 'error', error: 'fatal_error', effect: true }],
    ['a cut connection', { type: 'reset', effect: false }],
  ] as const)('delivers the answer once after %s', async (_, fault) => {
    planned.push(team.slack.fail('chat.postMessage', fault, { times: 2 }));
    const asked = team.slack.as('engineer').mention('ops', 'are you there?');
    await team.answer(asked, 'All is well.');
    await team.slack.quiet(1200);
    expect(team.slack.transcript.answersTo(asked.ask)).toHaveLength(1);
  });

  it('waits as long as Slack asks, while others are answered', async () => {
    team.slack.fail('chat.postMessage', { type: 'ratelimited', retryAfterSeconds: 3 }, { times: 1 });
    const limited = team.slack.as('engineer').mention('ops', 'quickly');
    await team.slack.waitFor(
      'the refusal',
      () => team.slack.calls('chat.postMessage').some(({ error }) => error === 'ratelimited'),
      patienceMs,
    );
    slowly();
    const streamed = team.slack.as('onCall').mention('general', 'slowly');
    await team.slack.waitFor(
      'a stream',
      () => team.slack.transcript.answersTo(streamed.ask).length > 0,
      patienceMs,
    );
    expect(team.slack.transcript.answersTo(limited.ask)).toEqual([]);
    await team.answer(limited, 'All is well.');
    await team.answer(streamed, 'by now');
    expect(await team.count('slack_rate_limit_wait_seconds_total')).toBeGreaterThan(2);
    expect(await team.count('slack_api_calls_total{method="chat.postMessage",status="rate_limited"}')).toBe(
      1,
    );
  });

  it('gets every answer through a storm of refusals', async () => {
    const storm = team.slack.fail(
      'chat.postMessage',
      { type: 'ratelimited', retryAfterSeconds: 1 },
      { times: 4 },
    );
    const asked = ['ops', 'general', 'private', 'guest'].map((channel) =>
      team.slack.as('engineer').mention(channel, 'are you there?'),
    );
    for (const one of asked) await team.answer(one, 'All is well.');
    storm.remove();
  });

  it('outlasts a Slack that is gone for a while', async () => {
    slowly();
    const asked = team.slack.as('engineer').mention('ops', 'slowly');
    await team.slack.waitFor(
      'a stream',
      () => team.slack.transcript.answersTo(asked.ask).length > 0,
      patienceMs,
    );
    const down = team.slack.fail('*', { type: 'http', status: 503 });
    await team.slack.waitFor('some trouble', () => down.hits >= 3, patienceMs);
    down.remove();
    await team.answer(asked, 'All is well by now.');
  });

  it('says in one sentence that the model is down, with what the runbooks say', async () => {
    await team.ollama.stop();
    try {
      const asked = team.slack.as('engineer').mention('ops', 'KubePodCrashLooping is firing, what do I do?');
      const [answer] = await team.answer(asked, 'The model is not available');
      expect(answer?.text).toContain('kubectl');
      expect(answer?.text).not.toMatch(/^ +at |Error:/m);
      const before = await team.count('slack_mentions_total{status="error"}');
      const hopeless = team.slack.as('engineer').mention('ops', 'who won the cup in 1974?');
      const [apology] = await team.answer(hopeless, 'Neither the model nor the runbooks');
      expect(apology?.actionIds).toEqual([]);
      expect(await team.count('slack_mentions_total{status="error"}')).toBe(before + 1);
    } finally {
      await team.ollama.start();
    }
  });
});

describe.each(transports)('places without a way in, over %s', (transport) => {
  let team: SlackTeam;

  beforeAll(async () => {
    team = await startTeam(transport);
    team.ollama.script(ollamaAnswer('All is well.', { firstChunkDelayMs: 600 }));
  });
  afterAll(async () => {
    await team.close();
  });
  afterEach(async () => {
    await team.expectNothingWrong();
  });

  const told = (who: string, text: string) =>
    team.slack.waitFor(
      'a private message',
      () =>
        team.slack.transcript
          .directMessages(who)
          .find((line) => line.text.includes(text) && line.text.includes('All is well.')),
      patienceMs,
    );

  it('answers in private where it was mentioned but is no member', async () => {
    team.slack.as('engineer').mention('random', 'are you there?');
    await told('engineer', '/invite @Jamie');
  });

  it('answers in private when the channel is archived meanwhile', async () => {
    team.slack.admin.addChannel('C0OLD', 'old', 'public');
    team.slack.as('onCall').mention('old', 'are you there?');
    await team.slack.waitFor(
      'a status',
      () =>
        team.slack.calls('assistant.threads.setStatus').some(({ args }) => args['channel_id'] === 'C0OLD'),
      patienceMs,
    );
    team.slack.admin.archive('old');
    await told('onCall', 'is archived');
  });

  it('answers in private when it is removed from the channel meanwhile', async () => {
    team.slack.admin.addChannel('C0LEFT', 'left', 'private');
    team.slack.as('owner').mention('left', 'are you there?');
    await team.slack.waitFor(
      'a status',
      () =>
        team.slack.calls('assistant.threads.setStatus').some(({ args }) => args['channel_id'] === 'C0LEFT'),
      patienceMs,
    );
    team.slack.admin.removeBot('left');
    await told('owner', 'I am not a member of <#C0LEFT>');
    // Where it may not look any more it cannot take its status away; Slack does so after two minutes.
    await team.expectNothingWrong('left.status');
  });
});

describe.each(transports)('a channel with locked threads, over %s', (transport) => {
  it('is answered in private', async () => {
    const team = await startTeam(transport);
    try {
      team.ollama.script(ollamaAnswer('All is well.'));
      team.slack.as('engineer').mention('thread-locked', 'are you there?');
      const answered = () =>
        team.slack.transcript.directMessages('engineer').find(({ text }) => text.includes('All is well.'));
      const answer = await team.slack.waitFor('a private message', answered, patienceMs);
      expect(answer.text).toContain('I may not post in');
      await team.expectNothingWrong();
    } finally {
      await team.close();
    }
  });
});
