// The programs that are measured, each in a process of its own on a free port of loopback.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { entry, root } from '../scripts/prepare.mjs';

const standInMain = fileURLToPath(new URL('../libs/testing/src/ollama/main.ts', import.meta.url));
const bareProxyMain = fileURLToPath(new URL('./bare-proxy.mjs', import.meta.url));

export async function startStandIn(...options) {
  const program = start(['-r', 'ts-node/register/transpile-only', standInMain, ...options]);
  return { ...program, url: await lineThat(program, /^(http\S+)/) };
}

export async function startBareProxy(upstream) {
  const program = start([bareProxyMain, upstream]);
  return { ...program, url: await lineThat(program, /^(http\S+)/) };
}

/** Probes addresses until the answer is called, which resolves with the times of each, in milliseconds. */
export function startProbing(...urls) {
  const program = start([fileURLToPath(new URL('./prober.mjs', import.meta.url)), ...urls]);
  const told = lineThat(program, /^(\[.*)/);
  return async () => {
    program.child.stdin.end();
    return JSON.parse(await told);
  };
}

const running = new Set();
// Also when the bench itself fails.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** The built Jamie as `npm start` runs it, with everything on, its log going nowhere. */
export async function startJamie(upstream, settings = {}) {
  const env = { PORT: '0', METRICS_PORT: '0', HOST: '127.0.0.1', WELCOME: 'true', OLLAMA_URL: upstream };
  const program = start(['--max-semi-space-size=4', entry], {
    ...env,
    RATE_LIMIT_PER_MINUTE: '1000000',
    ...settings,
  });
  const lines = [lineThat(program, /Ask +(http\S+)\/chat/), lineThat(program, /Metrics +(http\S+)/)];
  const [url, metricsUrl] = (await Promise.all(lines)).map((line) => line.replace('localhost', '127.0.0.1'));
  return { ...program, url, metricsUrl };
}

/** Resident memory of a process, KiB. */
export function residentKiB({ child }) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0);
}

/** Processor time of a process, seconds. */
export function processorSeconds({ child }) {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export async function stop(...programs) {
  for (const { child } of programs) {
    if (child.exitCode !== null) continue;
    child.stdin.end();
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

function start(args, env = {}) {
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, ...env },
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return { child, lines: createInterface(child.stdout) };
}

function lineThat({ lines }, pattern) {
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      const found = pattern.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
  });
}
