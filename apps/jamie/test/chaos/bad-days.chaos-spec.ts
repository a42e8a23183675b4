import { cpSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  FaultProxy,
  type NetworkFault,
  OllamaStandIn,
  Random,
  SlackStandIn,
  ollamaAnswer,
} from '@jamie/testing';
import { runbooks } from '../slack/slack-team';
import { type ChaosJamie, startChaosJamie, stopChaosJamies } from './chaos-jamie';
import { type Fate, Ledger, seed } from './ledger';
import { patienceMs, probing, recovery, type Stage, traffic } from './traffic';

jest.setTimeout(3 * patienceMs);

const each = 4;
const ledger = new Ledger('bad-days');
const scratch = mkdtempSync(join(tmpdir(), 'jamie-chaos-'));
const folder = join(scratch, 'runbooks');

let ollama: OllamaStandIn;
let slack: SlackStandIn;
let toOllama: FaultProxy;
let toSlack: FaultProxy;
let stage: Stage;
let jamie: ChaosJamie;

beforeAll(async () => {
  cpSync(runbooks, folder, { recursive: true });
  ollama = await OllamaStandIn.start({ parallel: 8 });
  ollama.script(ollamaAnswer(['All ', 'is ', 'well ', 'by ', 'now.'], { chunkDelayMs: 40 }));
  slack = await new SlackStandIn({
    transport: 'http',
    rateLimits: 'off',
    seed,
    // Slack's own pauses are a minute and five.
    timing: { ackTimeoutMs: 20_000, retryDelaysMs: [0, 1000, 3000] },
  }).start();
  toOllama = await FaultProxy.start({ target: ollama.url, seed });
  toSlack = await FaultProxy.start({ target: slack.apiUrl, seed: seed + 1 });
  jamie = await startChaosJamie({
    ...slack.env(),
    SLACK_API_URL: `${toSlack.url.replace(/\/$/u, '')}/`,
    // By name, so that its look-up can fail.
    OLLAMA_URL: toOllama.url.replace('127.0.0.1', 'ollama.test'),
    OLLAMA_MAX_IN_FLIGHT: '4',
    OLLAMA_MAX_QUEUE: '50',
    OLLAMA_FIRST_TOKEN_TIMEOUT_MS: '4000',
    OLLAMA_IDLE_TIMEOUT_MS: '2000',
    OLLAMA_TOTAL_TIMEOUT_MS: '12000',
    RATE_LIMIT_PER_MINUTE: '0',
    RUNBOOKS_DIR: folder,
    STATE_DIR: join(scratch, 'state'),
  });
  slack.deliverTo(`${jamie.url}/slack/events`);
  stage = { jamie, ollama, slack, random: new Random(seed) };
  await recovery(jamie);
});
afterAll(async () => {
  await stopChaosJamies();
  for (const proxy of [toOllama, toSlack]) await proxy.stop();
  slack.stop();
  await ollama.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** On how many connections a fault of the network has struck so far. */
function strikes(): number {
  return [toOllama, toSlack]
    .flatMap(({ struck }) => [...struck.values()])
    .reduce((sum, count) => sum + count, 0);
}

/** Breaks, asks, mends, waits until all is well, and asks again. */
async function badDay(fault: string, breakIt: () => unknown, mendIt: () => unknown): Promise<void> {
  const before = strikes();
  await breakIt();
  const { result, slowestProbeMs } = await probing(jamie, async () => {
    const under = traffic(stage, each);
    // Slack itself has to come back within what a message is worth waiting for.
    const mended = new Promise((resolve) => {
      setTimeout(resolve, 6000);
    }).then(mendIt);
    await mended;
    return under;
  });
  const recoveryMs = await recovery(jamie);
  const after = await traffic(stage, 2);
  const struck = strikes() - before;
  const row = ledger.enter(fault, [...result, ...after], {
    recoveryMs,
    slowestProbeMs,
    ...(struck > 0 && { struck }),
  });
  expect({ ...row, seed }).toMatchObject({ lost: 0, doubled: 0 });
  if (/^(Ollama|Slack): (?!no such)/u.test(fault)) expect({ fault, struck }).not.toMatchObject({ struck: 0 });
  expect(jamie.child.exitCode).toBeNull();
}

const networkFaults: readonly NetworkFault[] = [
  { kind: 'latency', delayMs: 300 },
  { kind: 'slow', bytesPerSecond: 200 },
  { kind: 'stalled' },
  { kind: 'half-open' },
  { kind: 'reset' },
  { kind: 'truncated' },
  { kind: 'garbage' },
];

describe('the network to Ollama', () => {
  it.each(networkFaults)('has $kind', async (fault) => {
    await badDay(
      `Ollama: ${fault.kind}`,
      () => toOllama.inject(fault),
      () => toOllama.heal(),
    );
  });

  it('refuses connections', async () => {
    await badDay(
      'Ollama: refused',
      () => toOllama.refuse(),
      () => toOllama.accept(),
    );
  });

  it('finds no name', async () => {
    await badDay(
      'Ollama: no such name',
      async () => {
        await jamie.names(true);
        toOllama.cut();
      },
      () => jamie.names(false),
    );
  });

  it('has one of everything, on half of the connections', async () => {
    await badDay(
      'Ollama: a mix',
      () => {
        toOllama.cut();
        toOllama.mix(0.5, networkFaults);
      },
      () => toOllama.heal(),
    );
  });
});

describe('the network to Slack', () => {
  it.each(networkFaults)('has $kind', async (fault) => {
    await badDay(
      `Slack: ${fault.kind}`,
      () => toSlack.inject(fault),
      () => {
        toSlack.heal();
        toSlack.cut();
      },
    );
  });

  it('refuses connections', async () => {
    await badDay(
      'Slack: refused',
      () => toSlack.refuse(),
      () => toSlack.accept(),
    );
  });
});

describe('the machine', () => {
  it.each([3_600_000, -3_600_000])('has a clock that jumps by %i ms', async (jump) => {
    // While the clock is wrong, what Slack signs is refused as stale or forged, as it must be: what was taken before counts.
    const under = await traffic(stage, each, () => jamie.jump(jump));
    await jamie.jump(0);
    const fates = [...under, ...(await traffic(stage, 2))];
    const row = ledger.enter(`clock an hour ${jump > 0 ? 'ahead' : 'back'}`, fates, {
      recoveryMs: await recovery(jamie),
    });
    expect({ ...row, seed }).toMatchObject({ lost: 0, doubled: 0, apologised: 0 });
  });

  it('stops the event loop for three seconds', async () => {
    const under = traffic(stage, each);
    await jamie.stall(3000);
    const row = ledger.enter('event loop stalled 3 s', await under, { recoveryMs: await recovery(jamie) });
    expect({ ...row, seed }).toMatchObject({ lost: 0, doubled: 0 });
  });
});

describe('the runbooks', () => {
  it('change and vanish while they are read', async () => {
    const aside = `${folder}.aside`;
    const enough = new AbortController();
    const changes = (async () => {
      for (let round = 0; !enough.signal.aborted; round += 1) {
        writeFileSync(join(folder, 'new.md'), `# New ${round}\n\n## Steps\n\n${'word '.repeat(round)}`);
        await new Promise((resolve) => {
          setTimeout(resolve, 50);
        });
      }
    })();
    await badDay(
      'runbooks change, then vanish',
      () => undefined,
      async () => {
        enough.abort();
        await changes;
        renameSync(folder, aside);
        await new Promise((resolve) => {
          setTimeout(resolve, 1000);
        });
        renameSync(aside, folder);
      },
    );
  });
});

describe('connections that never end', () => {
  it('do not keep others out', async () => {
    const port = Number(new URL(jamie.url).port);
    const idle = Array.from({ length: 500 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    await badDay(
      '500 silent connections',
      () => undefined,
      () => idle.forEach((socket) => socket.destroy()),
    );
  });
});

describe('after all that', () => {
  it('nothing has piled up', async () => {
    await traffic(stage, each);
    const before = await jamie.measure();
    const fates: Fate[] = [];
    for (let round = 0; round < 10; round += 1) fates.push(...(await traffic(stage, 10)));
    await slack.settled();
    const after = await jamie.measure();
    const row = ledger.enter('soak', fates);
    expect({ ...row, seed }).toMatchObject({ lost: 0, doubled: 0, apologised: 0 });
    expect(after.heapBytes - before.heapBytes).toBeLessThan(8 * 1024 * 1024);
    expect(after.handles - before.handles).toBeLessThan(20);
  });
});
