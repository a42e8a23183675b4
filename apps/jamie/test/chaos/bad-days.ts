import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  FaultProxy,
  type NetworkFault,
  OllamaStandIn,
  Random,
  SlackStandIn,
  ollamaAnswer,
} from '@jamie/testing';
import { type Transport, runbooks } from '../slack/slack-team';
import { startChaosJamie, stopChaosJamies } from './chaos-jamie';
import { Ledger, seed } from './ledger';
import { degradedBetween, scrape, toldBetween } from './told';
import { type Stage, probing, recovery, traffic } from './traffic';

/** Slack's own, but for the pauses of a minute and five. */
const timing = { ackTimeoutMs: 3000, retryDelaysMs: [0, 1000, 3000, 6000, 10_000, 15_000] };
const faultLastsMs = 5000;
const asksUnder = 4;
const asksAfter = 2;

const steady = {
  OLLAMA_MAX_IN_FLIGHT: '4',
  OLLAMA_MAX_QUEUE: '50',
  RATE_LIMIT_PER_MINUTE: '0',
  OLLAMA_FIRST_TOKEN_TIMEOUT_MS: '4000',
  OLLAMA_IDLE_TIMEOUT_MS: '2000',
  OLLAMA_TOTAL_TIMEOUT_MS: '12000',
};

export const networkFaults: readonly NetworkFault[] = [
  { kind: 'latency', delayMs: 300 },
  { kind: 'slow', bytesPerSecond: 200 },
  { kind: 'stalled' },
  { kind: 'half-open' },
  { kind: 'reset' },
  { kind: 'truncated' },
  { kind: 'garbage' },
];

export interface Fault {
  readonly name: string;
  readonly strike: () => unknown;
  readonly mend: () => unknown;
  /** The proxies on which it must be seen to have struck. */
  readonly on?: readonly FaultProxy[];
}

interface Parts extends Stage {
  readonly toOllama: FaultProxy;
  readonly toSlack: FaultProxy;
  readonly fromSlack: FaultProxy;
  readonly scratch: string;
}

/** One Jamie, a Slack and an Ollama, with a proxy on every way between them. */
export class BadDays {
  private constructor(
    readonly parts: Parts,
    readonly ledger: Ledger,
  ) {}

  static async start(transport: Transport, name: string): Promise<BadDays> {
    const scratch = mkdtempSync(join(tmpdir(), 'jamie-chaos-'));
    cpSync(runbooks, join(scratch, 'runbooks'), { recursive: true });
    const ollama = await OllamaStandIn.start({ parallel: 8 });
    ollama.script(ollamaAnswer(['All ', 'is ', 'well ', 'by ', 'now.'], { chunkDelayMs: 40 }));
    const slack = await new SlackStandIn({ transport, rateLimits: 'off', seed, timing }).start();
    const toOllama = await FaultProxy.start({ target: ollama.url, seed });
    const toSlack = await FaultProxy.start({ target: slack.apiUrl, seed: seed + 1 });
    const sockets =
      transport === 'socket' ? await FaultProxy.start({ target: slack.apiUrl, seed }) : undefined;
    if (sockets !== undefined) slack.socketsAt(new URL(sockets.url).origin);
    const jamie = await startChaosJamie({
      ...slack.env(),
      ...steady,
      SLACK_API_URL: `${toSlack.url.replace(/\/$/u, '')}/`,
      // By name, so that its look-up can fail.
      OLLAMA_URL: toOllama.url.replace('127.0.0.1', 'ollama.test'),
      RUNBOOKS_DIR: join(scratch, 'runbooks'),
      STATE_DIR: join(scratch, 'state'),
    });
    const fromSlack = sockets ?? (await FaultProxy.start({ target: jamie.url, seed }));
    slack.deliverTo(`${fromSlack.url}/slack/events`);
    await recovery(jamie);
    const stage = { jamie, ollama, slack, random: new Random(seed) };
    return new BadDays({ ...stage, toOllama, toSlack, fromSlack, scratch }, new Ledger(name));
  }

  /** Breaks, asks, mends, waits until all is well, and asks again. Throws unless each ask has one answer. */
  async go({ name, strike, mend, on = [] }: Fault): Promise<void> {
    const { jamie } = this.parts;
    const strikes = (): number =>
      on.flatMap(({ struck }) => [...struck.values()]).reduce((sum, count) => sum + count, 0);
    const [struckBefore, before] = [strikes(), await scrape(jamie.metricsUrl)];
    await strike();
    const { result, slowestProbeMs } = await probing(jamie, async () => {
      const under = traffic(this.parts, asksUnder);
      await delay(faultLastsMs);
      await mend();
      return under;
    });
    const after = await scrape(jamie.metricsUrl);
    const recoveryMs = await recovery(jamie);
    const fates = [...result, ...(await traffic(this.parts, asksAfter))];
    const struck = strikes() - struckBefore;
    const row = this.ledger.enter(name, fates, {
      recoveryMs,
      slowestProbeMs,
      fromRunbooks: degradedBetween(before, after),
      told: toldBetween(before, after),
      ...(on.length > 0 && { struck }),
    });
    const wrong = row.lost > 0 || row.doubled > 0 || jamie.child.exitCode !== null;
    if (wrong || (on.length > 0 && struck === 0))
      throw new Error(JSON.stringify({ ...row, seed, exitCode: jamie.child.exitCode }));
  }

  async close(): Promise<void> {
    const { toOllama, toSlack, fromSlack, slack, ollama, scratch } = this.parts;
    await stopChaosJamies();
    for (const proxy of [toOllama, toSlack, fromSlack]) await proxy.stop();
    slack.stop();
    await ollama.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}
