import {
  type OllamaScript,
  type Said,
  type SlackInteraction,
  type SlackLine,
  ollamaAnswer,
} from '@jamie/testing';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type SlackTeam,
  type TeamOptions,
  type Transport,
  inEach,
  patienceMs,
  runbooks,
  startTeam,
} from './slack-team';

/*
 * What the other tests see in short, at its true length: Slack's own times and limits, and Jamie's own settings. All of
 * it runs at once, so that it takes a little longer than its longest part, and hardly any of the processor.
 */
const minuteMs = 60_000;
const longestMs = 13 * minuteMs;
jest.setTimeout(longestMs + 2 * minuteMs);

interface Group {
  readonly name: string;
  readonly options: TeamOptions;
  /** Findings, by id, that the group brings about on purpose. */
  readonly ignoring: readonly string[];
  readonly scenarios: Readonly<Record<string, (team: SlackTeam, transport: Transport) => Promise<void>>>;
}

/** What the model does depends on the question. */
const model: OllamaScript = ({ messages }) => {
  const question = messages.at(-1)?.content ?? '';
  if (question.includes('ten minutes'))
    return ollamaAnswer('Here at last.', { firstChunkDelayMs: 10 * minuteMs });
  if (question.includes('long story')) return ollamaAnswer(storyLines, { chunkDelayMs: 2000 });
  if (question.includes('with a pause')) return ollamaAnswer(pauses, { chunkDelayMs: 200_000 });
  if (question.includes('slowly'))
    return ollamaAnswer(['All ', 'is ', 'well ', 'by ', 'now.'], { chunkDelayMs: 2000 });
  return ollamaAnswer('All is well.');
};
const storyLines = Array.from({ length: 200 }, (_, at) => `- item ${at + 1} of the story\n`);
const pauses = ['Before the pause.\n\n', 'After the pause.'];

const slack = {
  rateLimits: 'strict',
  timing: { ackTimeoutMs: 3000, eventSpreadMs: 100 },
} as const;
/** Of a team whose model is slow, and who knows. */
const patient = {
  OLLAMA_FIRST_TOKEN_TIMEOUT_MS: '660000',
  OLLAMA_IDLE_TIMEOUT_MS: '660000',
  OLLAMA_TOTAL_TIMEOUT_MS: '900000',
};

/** Waits for the whole answer; nothing may say afterwards that Jamie is still at work on it. */
async function answer(
  { slack: workspace }: SlackTeam,
  asked: Said | SlackInteraction,
  containing: string,
): Promise<readonly SlackLine[]> {
  const lines = await workspace.waitForAnswer(asked, { containing, timeoutMs: longestMs });
  if (!('ts' in asked)) return lines;
  const writing = workspace.calls().filter(({ args }) => args['channel'] === asked.channel);
  const lateMs = Date.now() - Math.max(...writing.map(({ receivedAtMs }) => receivedAtMs));
  if (lateMs > 10_000)
    throw new Error(`A status was left for ${lateMs} ms. The journal's end:\n${workspace.journal.tail()}`);
  return lines;
}
const visible = (team: SlackTeam, { ask }: Said): readonly SlackLine[] =>
  team.slack.transcript.answersTo(ask);

/** The longest time in which nothing new was shown in this channel, from the question on. */
function longestSilenceMs(team: SlackTeam, asked: Said): number {
  const signs = team.slack
    .calls()
    .filter(
      ({ args, error }) =>
        error === undefined && [args['channel'], args['channel_id']].includes(asked.channel),
    )
    .filter(({ method }) => /^(chat|assistant)\./.test(method))
    .map(({ receivedAtMs }) => receivedAtMs);
  const times = [Number(asked.ts) * 1000, ...signs];
  return Math.max(...times.slice(1).map((time, at) => time - (times[at] ?? time)));
}

const groups: readonly Group[] = [
  {
    name: 'a model that takes its time',
    options: { slack, environment: patient },
    ignoring: [],
    scenarios: {
      'answers a mention after ten minutes, and says every half minute that it is at work': async (team) => {
        const asked = team.slack.as('engineer').mention('ops', 'think for ten minutes');
        expect(await answer(team, asked, 'Here at last.')).toHaveLength(1);
        expect(longestSilenceMs(team, asked)).toBeLessThan(30_000);
      },
      'answers a direct message after ten minutes': async (team) => {
        const asked = team.slack.as('engineer').directMessage('think for ten minutes');
        expect(await answer(team, asked, 'Here at last.')).toHaveLength(1);
        expect(longestSilenceMs(team, asked)).toBeLessThan(30_000);
      },
      'answers a command after ten minutes': async (team) => {
        const asked = team.slack.as('onCall').command('/ask-jamie', 'think for ten minutes', 'general');
        const [line] = await answer(team, asked, 'Here at last.');
        expect(line?.ephemeral).toBe(true);
      },
      'goes on in a second message when a stream has lived for five minutes': async (team) => {
        const asked = team.slack.as('owner').mention('general', 'tell a long story');
        const lines = await answer(team, asked, 'item 200 of');
        const items = lines.flatMap(({ text }) => [...text.matchAll(/item (\d+) of the story/g)]);
        expect(items.map(([, item]) => Number(item))).toEqual(storyLines.map((_, at) => at + 1));
        expect(lines.length).toBeGreaterThan(1);
      },
      'shows during a long silence in the middle of an answer that it is at work': async (team) => {
        const asked = team.slack.as('onCall').mention('private', 'answer with a pause');
        const lines = await answer(team, asked, 'After the pause.');
        expect(
          lines
            .map(({ text }) => text)
            .join('')
            .match(/(Before|After) the pause/g),
        ).toHaveLength(2);
        expect(longestSilenceMs(team, asked)).toBeLessThan(30_000);
      },
      'answers once what Slack delivers again after a minute, and after five more': async (team) => {
        const asked = team.slack.as('onCall').directMessage('are you there?', { delivery: { loseAcks: 3 } });
        await answer(team, asked, 'All is well.');
        const attempts = (await asked.delivered).flatMap((delivery) => delivery.attempts);
        expect(attempts).toHaveLength(4);
        expect((attempts.at(-1)?.atMs ?? 0) - (attempts[0]?.atMs ?? 0)).toBeGreaterThan(6 * minuteMs);
        expect(visible(team, asked)).toHaveLength(1);
      },
    },
  },
  {
    name: 'a Slack that is gone for a minute and a half',
    options: { slack },
    // While it is gone nobody can be told anything.
    ignoring: ['life.late'],
    scenarios: {
      'gets every answer, once': async (team) => {
        const begun = team.slack.as('engineer').mention('ops', 'slowly please');
        await team.slack.waitFor('some words', () => visible(team, begun)[0]?.stream, patienceMs);
        team.slack.goDown();
        const meanwhile = team.slack.as('onCall').mention('general', 'are you there?');
        await meanwhile.delivered;
        await wait(1.5 * minuteMs);
        await team.slack.comeBack();
        const [lines, others] = await Promise.all([
          answer(team, begun, 'All is well by now.'),
          answer(team, meanwhile, 'All is well.'),
        ]);
        expect(
          lines
            .map(({ text }) => text)
            .join('')
            .match(/All is/g),
        ).toHaveLength(1);
        expect(others).toHaveLength(1);
      },
    },
  },
  {
    name: 'a Slack that asks for two minutes of silence',
    options: { slack },
    ignoring: [],
    scenarios: {
      'gets no call of that method before they have passed, while others are answered': async (team) => {
        team.slack.fail('chat.postMessage', { type: 'ratelimited', retryAfterSeconds: 120 }, { times: 1 });
        const limited = team.slack.as('engineer').mention('ops', 'quickly please');
        const refused = () =>
          team.slack.calls('chat.postMessage').find(({ error }) => error === 'ratelimited')?.answeredAtMs;
        const refusedAtMs = await team.slack.waitFor('the refusal', refused, patienceMs);
        const streamed = team.slack.as('onCall').mention('general', 'slowly please');
        await answer(team, streamed, 'by now');
        expect(visible(team, limited)).toEqual([]);
        const [line] = await answer(team, limited, 'All is well.');
        expect(Number(line?.ts) * 1000 - refusedAtMs).toBeGreaterThan(119_000);
        expect(longestSilenceMs(team, limited)).toBeLessThan(30_000);
      },
      'says after two minutes what the runbooks say when the model has not begun by then': async (team) => {
        const text = 'KubePodCrashLooping is firing, think for ten minutes';
        const asked = team.slack.as('owner').mention('private', text);
        const [line] = await answer(team, asked, 'kubectl');
        expect(Number(line?.ts) - Number(asked.ts)).toBeGreaterThan(119);
        expect(longestSilenceMs(team, asked)).toBeLessThan(30_000);
      },
    },
  },
  {
    name: 'a workspace without anything new',
    options: {
      environment: patient,
      slack: {
        ...slack,
        features: { streams: 'unknown_method', assistant: 'feature_disabled', sessions: 'unknown_method' },
      },
    },
    ignoring: ['socket.too-many'],
    scenarios: {
      'opens its second socket when Slack has room for it again': async (team, transport) => {
        if (transport === 'http') return;
        const { sockets } = team.slack;
        sockets.maxConnections = 1;
        sockets.reset();
        await team.slack.waitFor('a refusal', () => team.slack.journal.violations.length > 0, minuteMs);
        sockets.maxConnections = 10;
        await team.slack.waitFor('two sockets', () => sockets.open.length === 2, 2 * minuteMs);
      },
      'is told every half minute, in the message that becomes the answer': async (team) => {
        const asked = team.slack.as('engineer').mention('ops', 'think for ten minutes');
        const placeholder = await team.slack.waitFor('a placeholder', () => visible(team, asked)[0]);
        const lines = await answer(team, asked, 'Here at last.');
        expect(lines.map(({ ts }) => ts)).toEqual([placeholder.ts]);
        expect(longestSilenceMs(team, asked)).toBeLessThan(30_000);
      },
    },
  },
];

const outcomes = new Map<string, Promise<void>>();
const teams: SlackTeam[] = [];

beforeAll(async () => {
  await Promise.all(groups.map(begin));
});

afterAll(async () => {
  await Promise.all(teams.map((team) => team.close()));
});

/** Starts a team for each transport, and in it every scenario at once. */
async function begin({ name, options, ignoring, scenarios }: Group): Promise<void> {
  const byTransport = new Map<Transport, SlackTeam>();
  await inEach(async (transport) => {
    const environment = { RUNBOOKS_DIR: runbooks, ...options.environment };
    const team = await startTeam(transport, { ...options, environment });
    team.ollama.script(model);
    byTransport.set(transport, team);
    teams.push(team);
  });
  const inBoth = (run: (team: SlackTeam, transport: Transport) => Promise<void>) =>
    inEach(async (transport) => {
      const team = byTransport.get(transport);
      if (team !== undefined) await run(team, transport);
    });
  const running = Object.entries(scenarios).map(([scenario, run]) =>
    keep(`${name} ${scenario}`, inBoth(run)),
  );
  const judged = Promise.allSettled(running).then(() =>
    inBoth((team) => team.expectNothingWrong(...ignoring)),
  );
  void keep(`${name} verdict`, judged);
}

/** For the test that waits for it; until then nobody needs to hear of a failure. */
function keep(key: string, outcome: Promise<void>): Promise<void> {
  outcomes.set(key, outcome);
  outcome.catch(() => undefined);
  return outcome;
}

for (const { name, scenarios } of groups) {
  describe(name, () => {
    it.each(Object.keys(scenarios))('%s', async (scenario) => {
      await outcomes.get(`${name} ${scenario}`);
    });

    it('finds nothing else wrong', async () => {
      await outcomes.get(`${name} verdict`);
    });
  });
}
