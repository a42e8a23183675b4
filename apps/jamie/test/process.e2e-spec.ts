import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { OllamaStandIn, ollamaAnswer, ollamaFailures } from '@jamie/testing';
import { packageRoot } from '../src/package-root';
import { addressesOf, exitCode, startBuiltJamie, stopBuiltJamies } from './built-jamie';

const ask = (url: string, message = 'hm?') =>
  fetch(`${url}/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  });

afterEach(stopBuiltJamies);

describe('starting', () => {
  it('says where it listens, what it found, and what to try', async () => {
    const started = startBuiltJamie({ WELCOME: 'true' });
    const { url } = await addressesOf(started);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const text = started.lines.join('\n');
    expect(text).toMatch(/Metrics +http:\/\/localhost:\d+\/metrics/);
    expect(text).toMatch(/Model +.*ollama/i);
    expect(text).toContain(`curl -s ${url.replace('127.0.0.1', 'localhost')}/chat`);
  });

  it('reads from disk neither for Slack, nor for Redis, nor for telemetry what it may not need', () => {
    const jamie = join(__dirname, '../../../dist/apps/jamie/src/jamie.js');
    const script = `require(${JSON.stringify(jamie)}); console.log(Object.keys(require.cache).join('\\n'))`;
    const loaded = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(loaded).toContain('/node_modules/@nestjs/core/');
    const unwanted = /\/node_modules\/(@slack\/|@redis\/|@opentelemetry\/(?!api\/)|ws\/).*/.exec(loaded);
    expect(unwanted?.[0]).toBeUndefined();
  });

  it('reports every wrong setting at once, by name, and never a secret', async () => {
    const started = startBuiltJamie({
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
      const started = startBuiltJamie({ [variable]: port });
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
      const started = startBuiltJamie({ OLLAMA_URL: ollama.url, WELCOME: 'true' });
      const { url } = await addressesOf(started);
      const arrived = ollama.journal.next('chat');
      const answer = ask(url);
      await arrived;
      started.child.kill('SIGTERM');
      const statusOf = (request: Promise<Response>) =>
        request.then(
          ({ status }) => status,
          () => 'refused',
        );
      const ready = () => statusOf(fetch(`${url}/health/ready`));
      // The signal takes its time to arrive.
      while ((await ready()) === 200);
      expect([503, 'refused']).toContain(await statusOf(ask(url)));
      expect([503, 'refused']).toContain(await ready());
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
      const started = startBuiltJamie({ OLLAMA_URL: ollama.url, WELCOME: 'true' });
      const { url } = await addressesOf(started);
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

describe('npm start', () => {
  let shell: ChildProcess | undefined;
  // Ends what a failed test has left, too.
  afterEach(() => {
    if (shell?.pid !== undefined) killGroup(shell.pid);
  });

  it('leaves nothing behind when only npm and its shell are ended', async () => {
    const settings = { PORT: '0', METRICS_PORT: '0', HOST: '127.0.0.1', npm_lifecycle_event: 'start' };
    // The shells of most systems stay between npm and the program.
    const started = spawn('sh', ['-c', `"${process.execPath}" scripts/start.mjs; true`], {
      cwd: packageRoot,
      env: { PATH: process.env['PATH'], ...settings },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    shell = started;
    const closed = once(started, 'close');
    for await (const line of createInterface(started.stdout)) if (line.startsWith('Ctrl-C')) break;
    started.kill('SIGTERM');
    // The pipe is closed when the last who can write to it has ended.
    started.stdout.resume();
    await closed;
  }, 60_000);
});

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // It has ended.
  }
}

describe('the log', () => {
  it('is JSON lines with a request id, and never holds what was asked or answered', async () => {
    const started = startBuiltJamie({ WELCOME: 'true', LOG_LEVEL: 'trace' });
    const { url } = await addressesOf(started);
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
