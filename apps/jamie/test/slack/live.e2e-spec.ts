import { type Said, ollamaAnswer } from '@jamie/testing';
import { type SlackTeam, inBothTransports, patienceMs } from './slack-team';

jest.setTimeout(3 * patienceMs);

const words = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => `word${from + at} `);
const statuses = (team: SlackTeam): string[] =>
  team.slack.calls('assistant.threads.setStatus').map(({ args }) => String(args['status']));

describe('an answer that takes its time', () => {
  const scenario = inBothTransports();

  scenario('tells at once what is going on, and then shows the answer while it is written', async (team) => {
    team.ollama.script(ollamaAnswer(words(1, 8), { firstChunkDelayMs: 500, chunkDelayMs: 250 }));
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

  scenario('stops when somebody presses Stop, and posts nothing more', async (team) => {
    team.ollama.script(ollamaAnswer(words(1, 60), { chunkDelayMs: 120 }));
    const asked = team.slack.as('engineer').directMessage('tell me a story');
    const writing = () => team.slack.transcript.answersTo(asked.ask)[0]?.text.includes('word5');
    await team.slack.waitFor('some words', writing, patienceMs);
    await team.slack.as('engineer').stopStream(asked.threadTs);
    await team.slack.waitFor(
      'the model to be left alone',
      () => team.ollama.journal.of('chat').at(-1)?.state === 'cancelled',
      patienceMs,
    );
    await team.settled();
    const answers = team.slack.transcript.answersTo(asked.ask);
    expect(answers).toHaveLength(1);
    expect(answers[0]?.text).not.toContain('word40');
  });

  scenario('stops while it still waits for the model', async (team) => {
    team.ollama.script(ollamaAnswer('too late', { firstChunkDelayMs: 15_000 }));
    const asked = team.slack.as('engineer').directMessage('tell me a story');
    const session = () =>
      team.slack.calls('agents.sessions.setStatus').some(({ args }) => args['thread_ts'] === asked.threadTs);
    await team.slack.waitFor('a session', session, patienceMs);
    await team.slack.as('engineer').stopStream(asked.threadTs);
    await team.settled();
    expect(
      team.slack.transcript
        .answersTo(asked.ask)
        .map(({ text }) => text)
        .join(),
    ).not.toContain('too late');
  });

  scenario('stops when the question is taken back', async (team) => {
    team.ollama.script(ollamaAnswer(words(1, 60), { chunkDelayMs: 120 }));
    const asked = team.slack.as('engineer').mention('ops', 'never mind');
    const visible = () => team.slack.transcript.answersTo(asked.ask)[0];
    await team.slack.waitFor('some words', visible, patienceMs);
    await team.slack.as('engineer').delete(asked);
    await team.settled();
    expect(visible()?.text ?? '').not.toContain('word50');
  });

  scenario('shows a command that it is still at work', async (team) => {
    team.ollama.script(ollamaAnswer('done at last', { firstChunkDelayMs: 400 }));
    const asked = team.slack.as('engineer').command('/ask-jamie', 'slow one', 'ops');
    const [first] = await team.answer(asked);
    expect(first?.text).toContain('Looking into it');
    const [answer, ...more] = await team.answer(asked, 'done at last');
    expect(answer?.text).not.toContain('Looking into it');
    expect(more).toEqual([]);
  });
});

describe('a stream that Slack ends', () => {
  const scenario = inBothTransports({ slack: { timing: { streamLifeMs: 1500 } } });

  scenario('goes on in a new message when Slack ends the stream, and loses nothing', async (team) => {
    const lines = Array.from({ length: 30 }, (_, at) => `- item ${at + 1} of the list\n`);
    team.ollama.script(ollamaAnswer(lines, { chunkDelayMs: 150 }));
    const asked = team.slack.as('engineer').mention('ops', 'list everything');
    const answers = await team.answer(asked, 'item 30 of');
    expect(answers.length).toBeGreaterThan(1);
    const items = answers.flatMap(({ text }) =>
      [...text.matchAll(/item (\d+) of the list/g)].map(([, item]) => Number(item)),
    );
    expect(items).toEqual(Array.from({ length: 30 }, (_, at) => at + 1));
  });

  scenario('is completed by its message, when Slack ended the stream in a silence', async (team) => {
    const asks: Said[] = [];
    const lines = () => asks.flatMap(({ ask }) => team.slack.transcript.answersTo(ask));
    const expired = () => lines()[0]?.stream === 'expired';
    const endAfter = team.slack.waitFor('the stream to end', expired, patienceMs);
    team.ollama.script(ollamaAnswer(['Before. ', 'After.'], { endAfter }));
    const asked = team.slack.as('engineer').mention('ops', 'with a pause');
    asks.push(asked);
    const [line, ...more] = await team.answer(asked, 'Before. After.');
    expect(line?.actionIds).toEqual(['jamie_feedback']);
    expect(more).toEqual([]);
  });
});

describe('the queue', () => {
  const scenario = inBothTransports({ environment: { OLLAMA_MAX_IN_FLIGHT: '1' } });

  scenario('says how many questions are ahead', async (team) => {
    const queued = team.slack.waitFor(
      'a place in the queue',
      () => statuses(team).includes('is queued, 1 ahead…'),
      patienceMs,
    );
    team.ollama.script(ollamaAnswer('done', { beginAfter: queued }));
    const first = team.slack.as('engineer').mention('ops', 'one');
    await team.slack.waitFor('the model', () => team.ollama.journal.of('chat').length === 1, patienceMs);
    const second = team.slack.as('onCall').mention('ops', 'two');
    await team.answer(second, 'done');
    await team.answer(first, 'done');
  });
});

describe('a model that is still being loaded', () => {
  const scenario = inBothTransports({
    before: (slack, ollama) => {
      const told = () =>
        slack
          .calls('assistant.threads.setStatus')
          .some(({ args }) => args['status'] === 'is loading the model…');
      const heard = slack.waitFor('the load to be told', told, patienceMs);
      ollama.nextLoad(ollamaAnswer('', { beginAfter: heard }));
    },
  });

  scenario('says so, and answers when it is there', async (team) => {
    team.ollama.script(ollamaAnswer('done'));
    await team.answer(team.slack.as('engineer').mention('ops', 'are you there?'), 'done');
  });
});

describe('a workspace without streams', () => {
  const scenario = inBothTransports({ slack: { features: { streams: 'unknown_method' } } });

  scenario('shows the answer in one message that is updated now and then', async (team) => {
    team.ollama.script(ollamaAnswer(words(1, 40), { chunkDelayMs: 170 }));
    const asked = team.slack.as('engineer').mention('ops', 'slowly please');
    const answers = await team.answer(asked, 'word40');
    expect(answers).toHaveLength(1);
    const updates = team.slack.calls('chat.update').map(({ receivedAtMs }) => receivedAtMs);
    expect(updates.length).toBeGreaterThanOrEqual(2);
    for (const [at, time] of updates.slice(1, -1).entries())
      expect(time - (updates[at] ?? 0)).toBeGreaterThan(2900);
  });
});

describe('a workspace without anything new', () => {
  const scenario = inBothTransports({
    slack: {
      features: { streams: 'feature_not_enabled', assistant: 'feature_disabled', sessions: 'unknown_method' },
    },
  });

  scenario('says in a message what is going on, and turns it into the answer', async (team) => {
    for (const ask of ['mention', 'direct'] as const) {
      const engineer = team.slack.as('engineer');
      const asks: Said[] = [];
      const placeholders = () =>
        asks
          .flatMap((said) => team.slack.transcript.answersTo(said.ask))
          .find(({ text }) => text.endsWith('…_'));
      const placeholder = team.slack.waitFor('a placeholder', placeholders, patienceMs);
      team.ollama.script(ollamaAnswer('All is well.', { beginAfter: placeholder }));
      const asked =
        ask === 'mention' ? engineer.mention('ops', 'how are you?') : engineer.directMessage('how are you?');
      asks.push(asked);
      const { ts } = await placeholder;
      const answers = await team.answer(asked, 'All is well.');
      expect(answers.map((line) => line.ts)).toEqual([ts]);
    }
  });
});
