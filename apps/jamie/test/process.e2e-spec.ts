import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { OllamaStandIn, ollamaAnswer, ollamaFailures } from '@jamie/testing';
import { nowhere } from './harness';

const entry = join(__dirname, '../../../dist/apps/jamie/src/main.js');
const running = new Set<ChildProcess>();

interface Started {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly errors: string[];
}

/** The built program, as an operator starts it. */
function start(settings: Record<string, string>): Started {
  const env = {
    PATH: process.env['PATH'] ?? '',
    PORT: '0',
    METRICS_PORT: '0',
    HOST: '127.0.0.1',
    OLLAMA_URL: nowhere,
  };
  const child = spawn(process.execPath, [entry], { env: { ...env, ...settings }, cwd: __dirname });
  running.add(child);
  const started: Started = { child, lines: [], errors: [] };
  createInterface(child.stdout).on('line', (line) => started.lines.push(line));
  createInterface(child.stderr).on('line', (line) => started.errors.push(line));
  return started;
}

async function exitCode({ child }: Started): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'close');
  return child.exitCode;
}

/** Waits for the welcome text, and reads the address out of it. */
async function urlOf({ child, lines }: Started): Promise<string> {
  const find = (): string | undefined =>
    lines.map((line) => /Ask +(http\S+)\/chat/.exec(line)?.[1]).find(Boolean);
  while (find() === undefined && child.exitCode === null) {
    await Promise.race([once(child.stdout ?? child, 'data'), once(child, 'close')]);
  }
  return (find() ?? '').replace('localhost', '127.0.0.1');
}

const ask = (url: string, message = 'hm?') =>
  fetch(`${url}/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  });

afterEach(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
  running.clear();
});

describe('starting', () => {
  it('says where it listens, what it found, and what to try', async () => {
    const started = start({ WELCOME: 'true' });
    const url = await urlOf(started);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const text = started.lines.join('\n');
    expect(text).toMatch(/Metrics +http:\/\/localhost:\d+\/metrics/);
    expect(text).toMatch(/Model +.*ollama/i);
    expect(text).toContain(`curl -s ${url.replace('127.0.0.1', 'localhost')}/chat`);
  });

  it('reports every wrong setting at once, by name, and never a secret', async () => {
    const started = start({
      PORT: 'abc',
      LOG_LEVEL: 'loud',
      SLACK_BOT_TOKEN: 'xoxp-secret',
      OLLAMA_URL: 'ftp://u:pw@x',
    });
    expect(await exitCode(started)).toBe(1);
    const text = started.errors.join('\n');
    for (const name of ['PORT', 'LOG_LEVEL', 'SLACK_BOT_TOKEN', 'OLLAMA_URL']) expect(text).toContain(name);
    expect(text).not.toMatch(/xoxp-secret|pw@/);
    expect(text).not.toContain('    at ');
  });

  it.each(['PORT', 'METRICS_PORT'])('names %s when that port is in use', async (variable) => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    try {
      const started = start({ [variable]: port });
      expect(await exitCode(started)).toBe(1);
      expect(started.errors).toEqual([
        `Jamie cannot start: port ${port} on 127.0.0.1 is in use by another process. Set ${variable} to another value.`,
      ]);
    } finally {
      holder.close();
    }
  });
});

describe('stopping', () => {
  it('finishes the running answer, refuses new ones, and exits with 0', async () => {
    const ollama = await OllamaStandIn.start();
    try {
      ollama.script(ollamaAnswer(['slow ', 'but ', 'whole'], { chunkDelayMs: 700 }));
      const started = start({ OLLAMA_URL: ollama.url, WELCOME: 'true' });
      const url = await urlOf(started);
      const arrived = ollama.journal.next('chat');
      const answer = ask(url);
      await arrived;
      started.child.kill('SIGTERM');
      const late = await ask(url).then(
        ({ status }) => status,
        () => 'refused',
      );
      expect([503, 'refused']).toContain(late);
      const ready = await fetch(`${url}/health/ready`).then(
        ({ status }) => status,
        () => 'refused',
      );
      expect([503, 'refused']).toContain(ready);
      expect(await (await answer).json()).toMatchObject({ response: 'slow but whole', answered_by: 'model' });
      expect(await exitCode(started)).toBe(0);
    } finally {
      await ollama.stop();
    }
  });

  it('exits at once at a second signal', async () => {
    const ollama = await OllamaStandIn.start();
    try {
      ollama.script(ollamaFailures.hang());
      const started = start({ OLLAMA_URL: ollama.url, WELCOME: 'true' });
      const url = await urlOf(started);
      const arrived = ollama.journal.next('chat');
      const answer = ask(url).catch(() => 'cut');
      await arrived;
      started.child.kill('SIGTERM');
      const draining = async (): Promise<boolean> => (await fetch(`${url}/health/ready`)).status === 503;
      while (!(await draining()));
      started.child.kill('SIGTERM');
      expect(await exitCode(started)).toBe(1);
      expect(await answer).toBe('cut');
    } finally {
      await ollama.stop();
    }
  });
});

describe('the log', () => {
  it('is JSON lines with a request id, and never holds what was asked or answered', async () => {
    const started = start({ WELCOME: 'true', LOG_LEVEL: 'trace' });
    const url = await urlOf(started);
    const response = await fetch(`${url}/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'id-42' },
      body: JSON.stringify({ message: 'KubePodCrashLooping at customer Zyxwv', context: 'password hunter2' }),
    });
    await response.arrayBuffer();
    started.child.kill('SIGTERM');
    expect(await exitCode(started)).toBe(0);
    const logged = started.lines.filter((line) => line.startsWith('{'));
    expect(logged.map((line) => JSON.parse(line)).some(({ request_id }) => request_id === 'id-42')).toBe(
      true,
    );
    expect(logged.join('\n')).not.toMatch(/Zyxwv|hunter2|CrashLoopBackOff/);
  });
});
