import { setImmediate } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { type DependencyStatus, StoreObserver } from '@jamie/core';
import { createClient } from '@redis/client';
import { keys } from './keys';
import type { RedisSettings } from './redis-options';
import { type Script, script } from './script';
import { CommandTimeout, StoreUnavailable, reasonOf } from './store-unavailable';

type Client = ReturnType<typeof newClient>;

/** Refused where nothing can be written: out of memory, a read-only replica. */
const probe = script(`redis.call('SET', KEYS[1], '1', 'PX', 1000) return 1`);

/**
 * One connection that is either good or replaced. A command that fails or takes too long ends it, so nothing piles up
 * behind a Redis that does not answer; while there is none, commands fail at once.
 */
@Injectable()
export class RedisConnection {
  private readonly logger = new Logger('Redis');
  private readonly address: string;
  private readonly listeners: (() => Promise<void>)[] = [];
  private client: Client | undefined;
  private detail = 'Not connected yet.';
  private closed = false;
  private wake: () => void = () => undefined;
  private lostAtMs = -Infinity;
  private readonly waiting = new Set<() => void>();
  private told: 'shared' | 'local' | undefined;

  constructor(
    private readonly settings: RedisSettings,
    private readonly observer: StoreObserver,
  ) {
    const { hostname, port } = new URL(settings.url);
    this.address = `${hostname}:${port === '' ? '6379' : port}`;
  }

  get usable(): boolean {
    return this.client !== undefined;
  }

  status(): DependencyStatus {
    return { name: 'store', state: this.told === 'shared' ? 'up' : 'down', detail: this.detail };
  }

  /** Called after each connecting, before anybody else uses the connection. Must not throw. */
  onConnected(listener: () => Promise<void>): void {
    this.listeners.push(listener);
  }

  /** Connects, and stays connected until `close`. Resolves after the first attempt, whatever came of it. */
  async open(): Promise<void> {
    const first = this.attempt();
    void first.then(() => this.stayConnected());
    await first;
  }

  /** Throws StoreUnavailable, at once when there is no connection, after the time limit otherwise. */
  async run(what: Script, on: readonly string[], given: readonly (string | number)[]): Promise<unknown> {
    const { client } = this;
    if (client === undefined) throw new StoreUnavailable(this.detail);
    const startedAt = performance.now();
    const seconds = (): number => (performance.now() - startedAt) / 1000;
    try {
      const reply = await this.evaluate(client, what, { keys: [...on], arguments: given.map(String) });
      this.observer.commandFinished('success', seconds());
      return reply;
    } catch (thrown) {
      this.observer.commandFinished(thrown instanceof CommandTimeout ? 'timeout' : 'error', seconds());
      this.lose(client, thrown);
      throw new StoreUnavailable(reasonOf(thrown), { cause: thrown });
    }
  }

  /**
   * Resolves once the connection is good again, or has been lost for longer than a moment. To a process that was paused
   * every reply looks late, although Redis is there.
   */
  async untilBack(): Promise<void> {
    const leftMs = this.lostAtMs + this.settings.patienceMs - performance.now();
    if (this.usable || leftMs <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, leftMs).unref();
      this.waiting.add(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  close(): void {
    this.closed = true;
    const { client } = this;
    this.client = undefined;
    destroy(client);
    this.wake();
  }

  private async stayConnected(): Promise<void> {
    for (let failures = 0; !this.closed;) {
      if (this.client !== undefined) await this.untilWoken();
      else {
        await this.untilWoken(Math.min(this.settings.longestRetryMs, this.settings.retryMs * 2 ** failures));
        if (!this.closed && this.client === undefined) failures = (await this.attempt()) ? 0 : failures + 1;
      }
    }
  }

  private untilWoken(atMostMs?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = atMostMs === undefined ? undefined : setTimeout(resolve, atMostMs).unref();
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async attempt(): Promise<boolean> {
    const client = newClient(this.settings);
    client.on('error', (thrown: unknown) => this.lose(client, thrown));
    try {
      await within(client.connect(), this.settings.connectTimeoutMs);
      await this.evaluate(client, probe, { keys: [keys.probe], arguments: [] });
    } catch (thrown) {
      destroy(client);
      this.becameLocal(thrown);
      return false;
    }
    if (this.closed) destroy(client);
    else await this.becameShared(client);
    return this.client === client;
  }

  private async becameShared(client: Client): Promise<void> {
    this.client = client;
    for (const listener of this.listeners) await listener();
    for (const resume of this.waiting) resume();
    this.waiting.clear();
    if (this.client !== client || this.told === 'shared') return;
    this.detail = `Shared in Redis at ${this.address}.`;
    if (this.told === 'local') this.logger.log('Redis can be used again: state is shared.');
    this.told = 'shared';
    this.observer.stateChanged('shared');
  }

  private becameLocal(thrown: unknown): void {
    const reason = reasonOf(thrown);
    this.detail = `Redis at ${this.address} cannot be used, so state is kept in this process for now: ${reason}.`;
    if (this.told === 'local' || this.closed) return;
    this.told = 'local';
    this.logger.warn(this.detail);
    this.observer.stateChanged('local');
  }

  private lose(client: Client, thrown: unknown): void {
    if (this.client !== client) return;
    this.client = undefined;
    this.lostAtMs = performance.now();
    destroy(client);
    this.becameLocal(thrown);
    this.wake();
  }

  private async evaluate(
    client: Client,
    { sha, source }: Script,
    given: { keys: string[]; arguments: string[] },
  ): Promise<unknown> {
    const limitMs = this.settings.commandTimeoutMs;
    try {
      return await within(client.evalSha(sha, given), limitMs);
    } catch (thrown) {
      if (!(thrown instanceof Error && thrown.message.startsWith('NOSCRIPT'))) throw thrown;
      return within(client.eval(source, given), limitMs);
    }
  }
}

function newClient({ url, connectTimeoutMs }: RedisSettings) {
  return createClient({
    url,
    RESP: 2,
    name: 'jamie',
    maintNotifications: 'disabled',
    disableOfflineQueue: true,
    socket: { connectTimeout: connectTimeoutMs, reconnectStrategy: false },
  });
}

function destroy(client: Client | undefined): void {
  try {
    client?.destroy();
  } catch {
    // It had ended already.
  }
}

/** Throws CommandTimeout. A reply that came while this process was held up counts, however late that was. */
async function within<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      void setImmediate().then(() => reject(new CommandTimeout(milliseconds)));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
    late.catch(() => undefined);
  }
}
