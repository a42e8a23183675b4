import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const entry = join(__dirname, '../../../../dist/apps/jamie/src/cli/main.js');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  /** What came on standard output and standard error so far. */
  out(): string;
  err(): string;
  /** Resolves when it has ended and all it wrote has been read. */
  ended(): Promise<Ran>;
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Piped in; absent, there is no standard input. */
  readonly input?: string;
  readonly cwd?: string;
}

/** Starts the built `jamie`, with nothing of this process's environment. */
export function startCommand(args: readonly string[], { env, input, cwd }: RunOptions = {}): RunningCommand {
  const child = spawn(process.execPath, [entry, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    cwd: cwd ?? __dirname,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => (said.out += String(chunk)));
  child.stderr?.on('data', (chunk) => (said.err += String(chunk)));
  child.stdin?.on('error', () => undefined).end(input);
  const closed = once(child, 'close');
  return {
    child,
    out: () => said.out,
    err: () => said.err,
    ended: async () => {
      await closed;
      return { code: child.exitCode, ...said };
    },
  };
}

export function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return startCommand(args, options).ended();
}

/** Resolves when the command has printed that, or has ended without it. */
export async function untilPrinted(command: RunningCommand, text: string): Promise<void> {
  const { child } = command;
  while (!command.out().includes(text) && child.exitCode === null) {
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'close')]);
  }
}
