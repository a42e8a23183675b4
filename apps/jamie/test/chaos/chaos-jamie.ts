import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const entry = join(__dirname, '../../../../dist/apps/jamie/src/main.js');
const running = new Set<ChildProcess>();

interface Measured {
  readonly heapBytes: number;
  readonly handles: number;
}

/** The built program in a process of its own, to which things can be done from inside. */
export interface ChaosJamie {
  readonly child: ChildProcess;
  readonly url: string;
  readonly metricsUrl: string;
  /** Puts the process' clock ahead by so much; 0 puts it right. */
  jump(milliseconds: number): Promise<unknown>;
  /** Whether host names cannot be looked up. */
  names(fail: boolean): Promise<unknown>;
  /** Keeps the event loop busy for so long. */
  stall(milliseconds: number): Promise<unknown>;
  /** After a garbage collection. */
  measure(): Promise<Measured>;
}

export interface ChaosOptions {
  /** Where the log goes; nowhere unless it is said. */
  readonly log?: string;
  /** Most files and sockets that the process may have open. */
  readonly openFiles?: number;
}

export async function startChaosJamie(
  settings: Readonly<Record<string, string>>,
  { log = '/dev/null', openFiles = 4096 }: ChaosOptions = {},
): Promise<ChaosJamie> {
  const [port, metricsPort] = await freePorts();
  const out = openSync(log, 'w');
  const stdio: StdioOptions = ['ignore', out, out, 'ipc'];
  const limited = `ulimit -n ${openFiles}; exec "$0" "$@"`;
  const program = ['-c', limited, process.execPath, '--require', join(__dirname, 'inside.cjs'), entry];
  const env = { PATH: process.env['PATH'] ?? '', PORT: port, METRICS_PORT: metricsPort, HOST: '127.0.0.1' };
  const child = spawn('bash', program, { env: { ...env, ...settings }, stdio, cwd: __dirname });
  running.add(child);
  const order = orders(child);
  const jamie = { child, url: `http://127.0.0.1:${port}`, metricsUrl: `http://127.0.0.1:${metricsPort}` };
  await ready(jamie);
  return {
    ...jamie,
    jump: (milliseconds) => order('jump', milliseconds),
    names: (fail) => order('names', fail),
    stall: (milliseconds) => order('stall', milliseconds),
    measure: async () => JSON.parse(JSON.stringify(await order('measure'))),
  };
}

export async function stopChaosJamies(): Promise<void> {
  for (const child of running) {
    if (child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
  }
  running.clear();
}

function orders(child: ChildProcess): (order: string, value?: unknown) => Promise<unknown> {
  let last = 0;
  return async (order, value) => {
    last += 1;
    const id = last;
    const answers = on(child, 'message');
    child.send({ id, order, value });
    for await (const [answer] of answers) if (answer.id === id) return answer.result;
    return undefined;
  };
}

async function ready({ child, url }: Pick<ChaosJamie, 'child' | 'url'>): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`Jamie ended with ${child.exitCode} before it was ready.`);
    try {
      if ((await fetch(`${url}/health/ready`)).ok) return;
    } catch {
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
    }
  }
}

/** Two that are free now. Another program may take one before Jamie does; then Jamie says so. */
async function freePorts(): Promise<readonly [string, string]> {
  const servers = [createServer(), createServer()];
  const ports: string[] = [];
  for (const server of servers) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    ports.push(String(typeof address === 'object' ? address?.port : ''));
  }
  for (const server of servers) server.close();
  return [ports[0] ?? '', ports[1] ?? ''];
}
