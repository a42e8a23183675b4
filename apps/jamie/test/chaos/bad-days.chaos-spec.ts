import { renameSync, writeFileSync } from 'node:fs';
import { type Socket, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BadDays, networkFaults } from './bad-days';
import { seed } from './ledger';
import { patienceMs, recovery, traffic } from './traffic';

jest.setTimeout(3 * patienceMs);

let days: BadDays;

beforeAll(async () => {
  days = await BadDays.start('http', 'bad-days');
});
afterAll(() => days.close());

describe('the network to Ollama', () => {
  it.each(networkFaults)('has $kind', async (fault) => {
    const { toOllama } = days.parts;
    await days.go({
      name: `Ollama: ${fault.kind}`,
      on: [toOllama],
      strike: () => toOllama.inject(fault),
      mend: () => toOllama.heal(),
    });
  });

  it('refuses connections', async () => {
    const { toOllama } = days.parts;
    await days.go({
      name: 'Ollama: refused',
      on: [toOllama],
      strike: () => toOllama.refuse(),
      mend: () => toOllama.accept(),
    });
  });

  it('finds no name', async () => {
    const { jamie, toOllama } = days.parts;
    await days.go({
      name: 'Ollama: no such name',
      strike: async () => {
        await jamie.names(true);
        toOllama.cut();
      },
      mend: () => jamie.names(false),
    });
  });

  it('has one of everything, on half of the connections', async () => {
    const { toOllama } = days.parts;
    await days.go({
      name: 'Ollama: a mix',
      on: [toOllama],
      strike: () => {
        toOllama.cut();
        toOllama.mix(0.5, networkFaults);
      },
      mend: () => toOllama.heal(),
    });
  });
});

describe('the network to Slack', () => {
  it.each(networkFaults)('has $kind', async (fault) => {
    const { toSlack } = days.parts;
    await days.go({
      name: `calls to Slack: ${fault.kind}`,
      on: [toSlack],
      strike: () => toSlack.inject(fault),
      mend: () => {
        toSlack.heal();
        toSlack.cut();
      },
    });
  });

  it('refuses connections', async () => {
    const { toSlack } = days.parts;
    await days.go({
      name: 'calls to Slack: refused',
      on: [toSlack],
      strike: () => toSlack.refuse(),
      mend: () => toSlack.accept(),
    });
  });
});

describe('the machine', () => {
  it.each([3_600_000, -3_600_000])('has a clock that jumps by %i ms', async (jump) => {
    const { parts, ledger } = days;
    const { jamie } = parts;
    // While the clock is wrong, what Slack signs is refused as stale or forged, as it must be: what was taken before counts.
    const under = await traffic(parts, 4, () => jamie.jump(jump));
    await jamie.jump(0);
    const fates = [...under, ...(await traffic(parts, 2))];
    const row = ledger.enter(`clock an hour ${jump > 0 ? 'ahead' : 'back'}`, fates, {
      recoveryMs: await recovery(jamie),
    });
    expect({ ...row, seed }).toMatchObject({ lost: 0, doubled: 0, apologised: 0 });
  });

  it('stops the event loop for three seconds', async () => {
    const { parts, ledger } = days;
    const under = traffic(parts, 4);
    await parts.jamie.stall(3000);
    const row = ledger.enter('event loop stalled 3 s', await under, {
      recoveryMs: await recovery(parts.jamie),
    });
    expect({ ...row, seed }).toMatchObject({ lost: 0, doubled: 0 });
  });
});

describe('the runbooks', () => {
  const folder = (): string => join(days.parts.scratch, 'runbooks');

  it('change all the while they are read', async () => {
    const enough = new AbortController();
    let changing: Promise<void> | undefined;
    const change = async (): Promise<void> => {
      for (let round = 0; !enough.signal.aborted; round += 1) {
        writeFileSync(join(folder(), 'new.md'), `# New ${round}\n\n## Steps\n\n${'word '.repeat(round)}`);
        await delay(50);
      }
    };
    await days.go({
      name: 'runbooks: change',
      strike: () => {
        changing = change();
      },
      mend: () => {
        enough.abort();
        return changing;
      },
    });
  });

  it('vanish, and come back', async () => {
    await days.go({
      name: 'runbooks: vanish',
      strike: () => renameSync(folder(), `${folder()}.aside`),
      mend: () => renameSync(`${folder()}.aside`, folder()),
    });
  });
});

describe('connections that never end', () => {
  it('do not keep others out', async () => {
    const port = Number(new URL(days.parts.jamie.url).port);
    let idle: readonly Socket[] = [];
    await days.go({
      name: '500 silent connections',
      strike: () => {
        idle = Array.from({ length: 500 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
      },
      mend: () => idle.forEach((socket) => socket.destroy()),
    });
  });
});
