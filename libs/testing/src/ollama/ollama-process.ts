import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface OllamaProcess {
  readonly url: string;
  readonly processId: number;
  stop(): Promise<void>;
}

/** Starts a stand-in in a child process; the arguments are those of `main.ts`, such as `--chunks=50`. */
export async function startOllamaProcess(...args: readonly string[]): Promise<OllamaProcess> {
  const entry = require.resolve('./main');
  const loader = entry.endsWith('.ts') ? ['-r', require.resolve('ts-node/register/transpile-only')] : [];
  const child = spawn(process.execPath, [...loader, entry, ...args], {
    cwd: __dirname,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve) => {
    createInterface(child.stdout).once('line', resolve);
  });
  return {
    url,
    processId: child.pid ?? 0,
    stop: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}
