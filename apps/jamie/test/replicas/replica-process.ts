import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultProxy, type Samples, parseMetrics } from '@jamie/testing';
import { type BuiltJamie, addressesOf, exitCode, startBuiltJamie } from '../built-jamie';

const longestScrapeMs = 5000;

/** One replica: a built Jamie that may be killed and started again, with a way to Redis that may be cut. */
export class ReplicaProcess {
  url = '';
  private metricsUrl = '';
  private jamie: BuiltJamie | undefined;
  private readonly earlierLines: string[] = [];

  private constructor(
    readonly redis: FaultProxy,
    private readonly stateDirectory: string,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  static async create(redisUrl: string, settings: Readonly<Record<string, string>>): Promise<ReplicaProcess> {
    const proxy = await FaultProxy.start({ target: redisUrl });
    return new ReplicaProcess(proxy, mkdtempSync(join(tmpdir(), 'jamie-replica-')), settings);
  }

  get running(): boolean {
    return this.jamie !== undefined;
  }

  /** Of all its processes so far. */
  get lines(): readonly string[] {
    return [...this.earlierLines, ...(this.jamie?.lines ?? [])];
  }

  /** Of the process that runs now. */
  get ownLines(): readonly string[] {
    return this.jamie?.lines ?? [];
  }

  async start(): Promise<void> {
    const own = { REDIS_URL: this.redis.url, STATE_DIR: this.stateDirectory, WELCOME: 'true' };
    this.jamie = startBuiltJamie({ ...this.settings, ...own });
    ({ url: this.url, metricsUrl: this.metricsUrl } = await addressesOf(this.jamie));
    if (this.url === '') throw new Error(`A replica did not start: ${this.jamie.errors.join('\n')}`);
  }

  async kill(): Promise<void> {
    const { child } = this.expected();
    this.ended();
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  }

  /** Answers the exit code. */
  async terminate(): Promise<number | null> {
    const jamie = this.expected();
    jamie.child.kill('SIGTERM');
    const code = await exitCode(jamie);
    this.ended();
    return code;
  }

  pause(): void {
    this.expected().child.kill('SIGSTOP');
  }

  resume(): void {
    this.expected().child.kill('SIGCONT');
  }

  /** Throws when it is paused. */
  async metrics(): Promise<Samples> {
    const signal = AbortSignal.timeout(longestScrapeMs);
    return parseMetrics(await (await fetch(`${this.metricsUrl}/metrics`, { signal })).text());
  }

  /** What it says of its store. */
  async store(): Promise<{ readonly state: string; readonly detail: string }> {
    const health: { dependencies: { store: { state: string; detail: string } } } = JSON.parse(
      await (await fetch(`${this.url}/health`)).text(),
    );
    return health.dependencies.store;
  }

  async close(): Promise<void> {
    if (this.running) {
      this.resume();
      await this.kill();
    }
    await this.redis.stop();
    rmSync(this.stateDirectory, { recursive: true, force: true });
  }

  private expected(): BuiltJamie {
    if (this.jamie === undefined) throw new Error('This replica does not run');
    return this.jamie;
  }

  private ended(): void {
    this.earlierLines.push(...this.expected().lines);
    this.jamie = undefined;
  }
}
