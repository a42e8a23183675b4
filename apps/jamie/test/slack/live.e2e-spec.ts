import { ollamaAnswer } from '@jamie/testing';
import { type SlackTeam, patienceMs, startTeam, transports } from './slack-team';

jest.setTimeout(3 * patienceMs);

const words = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `word${from + at} `);
const statuses = (team: SlackTeam): string[] =>
  team.slack.calls('assistant.threads.setStatus').map(({ args }) => String(args['status']));

describe.each(transports)('an answer that takes its time, over %s', (transport) => {
  let team: SlackTeam;

  beforeAll(async () => {
    team = await startTeam(transport, { slack: { timing: { streamLifeMs: 2500 } } });
  });
  afterAll(async () => {
    await team.close();
  });
  afterEach(async () => {
    await team.expectNothingWrong();
  });

  it('tells at once what is going on, and then shows the answer while it is written', async () => {
    team.ollama.script(ollamaAnswer(words(1, 8), { firstChunkDelayMs: 1200, chunkDelayMs: 400 }));
    const asked = team.slack.as('engineer').mention('ops', 'KubePodCrashLooping is firing');
    await team.slack.waitFor('a stream', () => team.slack.calls('chat.startStream').length === 1, patienceMs);
    const [answer] = await team.answer(asked, 'word8');
    expect(statuses(team)).toEqual(
      expect.arrayContaining([
        'is looking into the runbooks…',
        expect.stringMatching(/^is reading \d runbooks?…$/),
      ]),
    );
    expect(team.slack.calls('chat.appendStream').length).toBeGreaterThan(0);
    expect(answer?.text).toContain(words(1, 8).join('').trim());
    expect(answer?.stream).toBe('completed');
  });

  it('goes on in a new message when Slack ends the stream, and loses nothing', async () => {
    const lines = Array.from({ length: 40 }, (_, at) => `- item ${at + 1} of the list\n`);
    team.ollama.script(ollamaAnswer(lines, { chunkDelayMs: 170 }));
    const asked = team.slack.as('engineer').mention('ops', 'list everything');
    const answers = await team.answer(asked, 'item 40 of');
    expect(answers.length).toBeGreaterThan(1);
    const items = answers.flatMap(({ text }) =>
      [...text.matchAll(/item (\d+) of the list/g)].map(([, item]) => Number(item)),
    );
    expect(items).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
  });

  it('stops when somebody presses Stop, and posts nothing more', async () => {
    team.ollama.script(ollamaAnswer(words(1, 60), { chunkDelayMs: 200 }));
    const asked = team.slack.as('engineer').directMessage('tell me a story');
    const writing = () => team.slack.transcript.answersTo(asked.ask)[0]?.text.includes('word5');
    await team.slack.waitFor('some words', writing, patienceMs);
    await team.slack.as('engineer').stopStream(asked.threadTs);
    await team.slack.waitFor(
      'the model to be left alone',
      () => team.ollama.journal.of('chat').at(-1)?.state === 'cancelled',
      patienceMs,
    );
    await team.slack.quiet(1500);
    const answers = team.slack.transcript.answersTo(asked.ask);
    expect(answers).toHaveLength(1);
    expect(answers[0]?.text).not.toContain('word40');
  });

  it('stops while it still waits for the model', async () => {
    team.ollama.script(ollamaAnswer('too late', { firstChunkDelayMs: 15_000 }));
    const asked = team.slack.as('engineer').directMessage('tell me a story');
    const session = () =>
      team.slack.calls('agents.sessions.setStatus').some(({ args }) => args['thread_ts'] === asked.threadTs);
    await team.slack.waitFor('a session', session, patienceMs);
    await team.slack.as('engineer').stopStream(asked.threadTs);
    await team.slack.quiet(1500);
    expect(
      team.slack.transcript
        .answersTo(asked.ask)
        .map(({ text }) => text)
        .join(),
    ).not.toContain('too late');
  });

  it('stops when the question is taken back', async () => {
    team.ollama.script(ollamaAnswer(words(1, 60), { chunkDelayMs: 200 }));
    const asked = team.slack.as('engineer').mention('ops', 'never mind');
    const visible = () => team.slack.transcript.answersTo(asked.ask)[0];
    await team.slack.waitFor('some words', visible, patienceMs);
    await team.slack.as('engineer').delete(asked);
    await team.slack.quiet(1500);
    expect(visible()?.text ?? '').not.toContain('word50');
  });

  it('shows a command that it is still at work', async () => {
    team.ollama.script(ollamaAnswer('done at last', { firstChunkDelayMs: 1000 }));
    const asked = team.slack.as('engineer').command('/ask-jamie', 'slow one', 'ops');
    const [first] = await team.answer(asked);
    expect(first?.text).toContain('Looking into it');
    const [answer, ...more] = await team.answer(asked, 'done at last');
    expect(answer?.text).not.toContain('Looking into it');
    expect(more).toEqual([]);
  });
});

describe.each(transports)('the queue over %s', (transport) => {
  it('says how many questions are ahead', async () => {
    const team = await startTeam(transport, { environment: { OLLAMA_MAX_IN_FLIGHT: '1' } });
    try {
      team.ollama.script(ollamaAnswer('done', { firstChunkDelayMs: 2500 }));
      const first = team.slack.as('engineer').mention('ops', 'one');
      await team.slack.waitFor('the model', () => team.ollama.journal.of('chat').length === 1, patienceMs);
      const second = team.slack.as('onCall').mention('ops', 'two');
      await team.answer(second, 'done');
      await team.answer(first, 'done');
      expect(statuses(team)).toContain('is queued, 1 ahead…');
      await team.expectNothingWrong();
    } finally {
      await team.close();
    }
  });
});

describe.each(transports)('a workspace without streams, over %s', (transport) => {
  it('shows the answer in one message that is updated now and then', async () => {
    const team = await startTeam(transport, { slack: { features: { streams: 'unknown_method' } } });
    try {
      team.ollama.script(ollamaAnswer(words(1, 40), { chunkDelayMs: 220 }));
      const asked = team.slack.as('engineer').mention('ops', 'slowly please');
      const answers = await team.answer(asked, 'word40');
      expect(answers).toHaveLength(1);
      const updates = team.slack.calls('chat.update').map(({ receivedAtMs }) => receivedAtMs);
      expect(updates.length).toBeGreaterThanOrEqual(2);
      for (const [at, time] of updates.slice(1, -1).entries())
        expect(time - (updates[at] ?? 0)).toBeGreaterThan(2900);
      await team.expectNothingWrong();
    } finally {
      await team.close();
    }
  });
});

describe.each(transports)('a workspace without anything new, over %s', (transport) => {
  it('says in a message what is going on, and turns it into the answer', async () => {
    const absent = {
      streams: 'feature_not_enabled',
      assistant: 'feature_disabled',
      sessions: 'unknown_method',
    } as const;
    const team = await startTeam(transport, { slack: { features: absent } });
    try {
      team.ollama.script(ollamaAnswer('All is well.', { firstChunkDelayMs: 1000 }));
      for (const asked of [
        team.slack.as('engineer').mention('ops', 'how are you?'),
        team.slack.as('engineer').directMessage('how are you?'),
      ]) {
        const placeholder = await team.slack.waitFor(
          'a placeholder',
          () => team.slack.transcript.answersTo(asked.ask).find(({ text }) => text.endsWith('…_')),
          patienceMs,
        );
        const answers = await team.answer(asked, 'All is well.');
        expect(answers.map(({ ts }) => ts)).toEqual([placeholder.ts]);
      }
      await team.expectNothingWrong();
    } finally {
      await team.close();
    }
  });
});
