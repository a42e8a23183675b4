import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { at } from './repository';
import { type Rule, recordingLevels } from './rules';

const run = promisify(execFile);
export const ruleFile = at('k8s/monitoring/jamie.rules.yaml');

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Unix seconds and the value, as text; at one moment, or over a range. */
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

export interface Range {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly stepSeconds: number;
}

/** Neither Prometheus nor Alertmanager can choose a free port themselves; see `startedAgain`. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('not a TCP server');
  return address.port;
}

/** Starts again on other ports when it ends early: another process may have taken a port between finding and using it. */
export async function startedAgain<Started>(start: () => Promise<Started>): Promise<Started> {
  for (let left = 3; left > 0; left -= 1) {
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof EndedEarly)) throw error;
    }
  }
  return start();
}

export class EndedEarly extends Error {}

export const promtool = (...args: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
  run('promtool', args, { maxBuffer: 64 * 1024 * 1024 });

/** A server of Debian's packages as a child process, on a port of its own. */
export class Daemon {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  static start(command: string, args: (port: number) => readonly string[]): Promise<Daemon> {
    return startedAgain(() => Daemon.startOnce(command, args));
  }

  private static async startOnce(
    command: string,
    args: (port: number) => readonly string[],
  ): Promise<Daemon> {
    const port = await freePort();
    const child = spawn(command, args(port), { stdio: ['ignore', 'ignore', 'inherit'] });
    const daemon = new Daemon(`http://127.0.0.1:${port}`, child);
    await until(`${command} is ready`, () => daemon.isReady());
    return daemon;
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.exitCode !== null || !this.child.kill('SIGTERM')) return;
    await exited;
  }

  private isReady(): Promise<boolean> {
    if (this.child.exitCode !== null) throw new EndedEarly(`it ended with ${this.child.exitCode}`);
    return fetch(`${this.url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

/** Asks again and again, for a minute at most; throws with that sentence when the answer stays false. */
export async function until(what: string, isTrue: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A Prometheus over one folder of data, which outlives its restarts. */
export class Prometheus {
  private daemon: Daemon | undefined;

  private constructor(readonly folder: string) {}

  /** `config` is Prometheus's own, scrape targets and all. */
  static async start(config: object = {}): Promise<Prometheus> {
    const prometheus = new Prometheus(await mkdtemp(join(tmpdir(), 'prometheus-')));
    await prometheus.configure(config);
    await prometheus.restart();
    return prometheus;
  }

  get url(): string {
    if (this.daemon === undefined) throw new Error('Prometheus does not run');
    return this.daemon.url;
  }

  async configure(config: object): Promise<void> {
    await writeFile(join(this.folder, 'prometheus.yml'), stringify(config));
  }

  async restart(): Promise<void> {
    await this.daemon?.stop();
    this.daemon = await Daemon.start('prometheus', (port) => [
      `--config.file=${this.folder}/prometheus.yml`,
      `--storage.tsdb.path=${this.folder}/data`,
      '--storage.tsdb.retention.time=60d',
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-lifecycle',
      '--rules.alert.resend-delay=1s',
      '--log.level=error',
    ]);
  }

  /** Puts a history, OpenMetrics text with timestamps, into the data and lets the recording rules tell theirs. */
  async backfill(history: string, range: Range): Promise<void> {
    const file = join(this.folder, 'history.om');
    await writeFile(file, history);
    await promtool('tsdb', 'create-blocks-from', 'openmetrics', file, `${this.folder}/data`);
    for (const rules of recordingLevels()) {
      // A rule that reads another one's records finds them only after those were loaded.
      await this.restart();
      await this.record(rules, range);
    }
    await this.restart();
  }

  private async record(
    rules: readonly Rule[],
    { startSeconds, endSeconds, stepSeconds }: Range,
  ): Promise<void> {
    const file = join(this.folder, 'level.yaml');
    await writeFile(file, stringify({ groups: [{ name: 'level', rules }] }));
    const times = [`--start=${startSeconds}`, `--end=${endSeconds}`, `--eval-interval=${2 * stepSeconds}s`];
    const where = [`--output-dir=${this.folder}/data`, `--url=${this.url}`, file];
    await promtool('tsdb', 'create-blocks-from', 'rules', ...times, ...where);
  }

  query(expression: string, timeSeconds?: number): Promise<Series[]> {
    return this.ask('query', {
      query: expression,
      ...(timeSeconds !== undefined && { time: String(timeSeconds) }),
    });
  }

  queryRange(expression: string, { startSeconds, endSeconds, stepSeconds }: Range): Promise<Series[]> {
    const times = { start: String(startSeconds), end: String(endSeconds), step: String(stepSeconds) };
    return this.ask('query_range', { query: expression, ...times });
  }

  async stop(): Promise<void> {
    await this.daemon?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async ask(path: string, parameters: Readonly<Record<string, string>>): Promise<Series[]> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
    const answer: { status: string; error?: string; data?: { result: Series[] } } = JSON.parse(
      await response.text(),
    );
    if (answer.data === undefined) throw new Error(`${parameters['query']}: ${answer.error}`);
    return answer.data.result;
  }
}
