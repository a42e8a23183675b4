import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  type OllamaScript,
  OllamaStandIn,
  type SlackInteraction,
  type SlackLine,
  SlackStandIn,
  type SlackStandInOptions,
  type Said,
} from '@jamie/testing';
import type { Environment } from '../../src/config/config';
import { type TestJamie, startTestJamie } from '../harness';

export type Transport = 'http' | 'socket';
const transports: readonly Transport[] = ['http', 'socket'];

/** A workspace, a model, and a whole Jamie between them. */
export interface SlackTeam {
  readonly slack: SlackStandIn;
  readonly ollama: OllamaStandIn;
  readonly jamie: TestJamie;
  readonly stateDirectory: string;
  /** Value of one series of Jamie's metrics, once nothing happens any more; 0 when there is none. */
  count(series: string): Promise<number>;
  /** Resolves when everything is delivered and nothing is being answered: the moment to say what did not happen. */
  settled(): Promise<void>;
  /** Jamie's whole answer to this; waits for it. */
  answer(asked: Said | SlackInteraction, containing?: string | RegExp): Promise<readonly SlackLine[]>;
  /** Throws what the workspace found wrong since it was last asked, once nothing happens any more; `ignore`: findings by id. */
  expectNothingWrong(...ignore: readonly string[]): Promise<void>;
  /** The prompts that the model was given, whole requests as text, oldest first. */
  prompts(): readonly string[];
  close(): Promise<void>;
}

export interface TeamOptions {
  readonly slack?: Partial<SlackStandInOptions>;
  readonly environment?: Environment;
  /** Whether to wait until Jamie is connected; true unless said otherwise. */
  readonly connected?: boolean;
  /** What the model answers at the beginning of each scenario. */
  readonly answer?: OllamaScript;
  /** Changes the workspace, or the model, before Jamie meets it. */
  readonly before?: (slack: SlackStandIn, ollama: OllamaStandIn) => void;
}

/** Few enough to be read at once. */
export const runbooks = join(__dirname, '../../../../runbooks/kubernetes/workloads');

/** Machines that run tests are slow at times; what is fast enough is measured elsewhere. */
export const patienceMs = 30_000;
const timing = { ackTimeoutMs: patienceMs, eventSpreadMs: 20 };

/** `ignoring`: findings, by id, that the scenario brings about on purpose. */
export type Scenario = (
  name: string,
  run: (team: SlackTeam, transport: Transport) => Promise<void>,
  ignoring?: readonly string[],
) => void;

/**
 * Starts a team for each transport, and returns what registers tests that run in both at once: mostly they wait. After
 * each the workspace must have found nothing wrong.
 */
export function inBothTransports(options: TeamOptions = {}): Scenario {
  const teams = new Map<Transport, SlackTeam>();
  beforeAll(async () => {
    await inEach(async (transport) => void teams.set(transport, await startTeam(transport, options)));
  });
  afterAll(async () => {
    await Promise.all([...teams.values()].map((team) => team.close()));
  });
  return (name, run, ignoring = []) =>
    it(name, () =>
      inEach(async (transport) => {
        const team = teams.get(transport);
        if (team === undefined) throw new Error('The team did not start');
        if (options.answer !== undefined) team.ollama.script(options.answer);
        try {
          await run(team, transport);
        } finally {
          team.slack.mend();
        }
        await team.expectNothingWrong(...ignoring);
      }),
    );
}

/** Looks now and then until it is so, for what nobody tells. */
export async function eventually(check: () => Promise<boolean>): Promise<void> {
  const signal = AbortSignal.timeout(patienceMs);
  while (!(await check())) await setTimeout(50, undefined, { signal });
}

/** Does it over both transports at once. A failure names its transport. */
export async function inEach(run: (transport: Transport) => Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled(transports.map(run));
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome.status === 'fulfilled') continue;
    const failure: unknown = outcome.reason;
    if (failure instanceof Error) failure.message = `over ${String(transports[at])}: ${failure.message}`;
    throw failure;
  }
}

const manifest = join(__dirname, '../../../../slack/manifest.json');

/** The app as slack/manifest.json installs it. */
export function manifestRights(): { readonly scopes: string[]; readonly subscriptions: string[] } {
  const { oauth_config, settings } = JSON.parse(readFileSync(manifest, 'utf8'));
  return { scopes: oauth_config.scopes.bot, subscriptions: settings.event_subscriptions.bot_events };
}

export async function startTeam(transport: Transport, options: TeamOptions = {}): Promise<SlackTeam> {
  const slack = await new SlackStandIn({
    transport,
    rateLimits: 'off',
    ...manifestRights(),
    ...options.slack,
    timing: { ...timing, ...options.slack?.timing },
  }).start();
  const ollama = await OllamaStandIn.start({ parallel: 8 });
  const stateDirectory = mkdtempSync(join(tmpdir(), 'jamie-slack-'));
  options.before?.(slack, ollama);
  const jamie = await startTestJamie({
    ...slack.env(),
    OLLAMA_URL: ollama.url,
    OLLAMA_MAX_IN_FLIGHT: '8',
    OLLAMA_MAX_QUEUE: '500',
    RUNBOOKS_DIR: runbooks,
    STATE_DIR: stateDirectory,
    LOG_LEVEL: process.env['TEST_LOG'] ?? 'silent',
    ...options.environment,
  });
  if (transport === 'http') slack.deliverTo(`${jamie.url}/slack/events`);
  if (options.connected !== false) await connected(slack, transport);
  const close = async (): Promise<void> => {
    await jamie.close();
    await ollama.stop();
    slack.stop();
    rmSync(stateDirectory, { recursive: true, force: true });
  };
  return { ...viewOf({ slack, ollama, jamie, stateDirectory }), close };
}

function viewOf(
  team: Pick<SlackTeam, 'slack' | 'ollama' | 'jamie' | 'stateDirectory'>,
): Omit<SlackTeam, 'close'> {
  const { slack, ollama, jamie } = team;
  const known = new Set<string>();
  const settled = async (): Promise<void> => {
    for (let seen = -1; seen !== slack.journal.entries.length;) {
      seen = slack.journal.entries.length;
      await jamie.idle();
      await slack.settled();
    }
  };
  return {
    ...team,
    settled,
    answer: (asked, containing) =>
      slack.waitForAnswer(asked, {
        timeoutMs: patienceMs,
        ...(containing === undefined ? {} : { containing }),
      }),
    expectNothingWrong: async (...ignore) => {
      await settled();
      const bounds = { lifeWithinMs: patienceMs };
      const expected = new Set(['ack.slow', ...ignore]);
      const news = slack.verdict(bounds).filter(({ text }) => !known.has(text));
      for (const { text } of news) known.add(text);
      const wrong = news.filter(({ id }) => !expected.has(id));
      if (wrong.length > 0) throw new Error(wrong.map(({ id, text }) => `${id}: ${text}`).join('\n'));
    },
    count: async (series) => {
      await settled();
      const text = await (await fetch(`${jamie.metricsUrl}/metrics`)).text();
      const line = text.split('\n').find((sample) => sample.startsWith(`${series} `));
      return Number(line?.slice(series.length) ?? 0);
    },
    prompts: () => ollama.journal.of('chat').map(({ body }) => JSON.stringify(body)),
  };
}

async function connected(slack: SlackStandIn, transport: Transport): Promise<void> {
  await slack.waitFor(
    'Jamie to know who it is',
    () => slack.calls('bots.info').some(({ answeredAtMs }) => answeredAtMs !== undefined),
    patienceMs,
  );
  if (transport === 'socket')
    await slack.waitFor('two sockets', () => slack.sockets.open.length === 2, patienceMs);
}
