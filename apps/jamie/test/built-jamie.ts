import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { nowhere } from './harness';

const entry = join(__dirname, '../../../dist/apps/jamie/src/main.js');
const running = new Set<ChildProcess>();

/** The built program, as an operator starts it: in a process of its own. */
export interface BuiltJamie {
  readonly child: ChildProcess;
  /** Lines of standard output and standard error so far. */
  readonly lines: string[];
  readonly errors: string[];
}

export function startBuiltJamie(settings: Readonly<Record<string, string>>): BuiltJamie {
  const env = {
    PATH: process.env['PATH'] ?? '',
    PORT: '0',
    METRICS_PORT: '0',
    HOST: '127.0.0.1',
    OLLAMA_URL: nowhere,
  };
  const child = spawn(process.execPath, [entry], { env: { ...env, ...settings }, cwd: __dirname });
  running.add(child);
  const started: BuiltJamie = { child, lines: [], errors: [] };
  createInterface(child.stdout).on('line', (line) => started.lines.push(line));
  createInterface(child.stderr).on('line', (line) => started.errors.push(line));
  return started;
}

export async function exitCode({ child }: BuiltJamie): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'close');
  return child.exitCode;
}

/** Both addresses, read out of the welcome text; needs WELCOME=true. Empty when the program ended instead. */
export async function addressesOf(
  jamie: BuiltJamie,
): Promise<{ readonly url: string; readonly metricsUrl: string }> {
  const { child, lines } = jamie;
  const find = (pattern: RegExp): string | undefined =>
    lines.map((line) => pattern.exec(line)?.[1]).find(Boolean);
  const closed = once(child, 'close');
  while (find(/^(Ctrl-C)/) === undefined && child.exitCode === null) {
    await Promise.race([once(child.stdout ?? child, 'data'), closed]);
  }
  const loopback = (url = ''): string => url.replace('localhost', '127.0.0.1');
  return {
    url: loopback(find(/Ask +(http\S+)\/chat/)),
    metricsUrl: loopback(find(/Metrics +(http\S+)\/metrics/)),
  };
}

/** Ends every program that a test has left running. */
export async function stopBuiltJamies(): Promise<void> {
  for (const child of running) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
  running.clear();
}
