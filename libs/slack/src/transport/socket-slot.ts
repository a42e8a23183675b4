import { Logger } from '@nestjs/common';
import { sdkLogger } from '../delivery/bolt-logger';
import { SlackCallError, toCallError } from '../delivery/slack-call-error';
import { wait } from '../delivery/wait';
import { type Json, isJson } from '../fields';
import { GuardedSocketClient, renewalEvent } from './socket-client';
import { SlackHealth } from './slack-health';

export interface SocketSlotParts {
  readonly appToken: string;
  readonly apiUrl: string;
  readonly receive: (envelope: SocketEnvelope) => void;
  readonly changed: () => void;
  readonly health: SlackHealth;
}

/** What the client emits for everything that Slack wants to be acknowledged. */
export interface SocketEnvelope {
  readonly body: Json;
  readonly ack: (response?: unknown) => Promise<void>;
  readonly accepts_response_payload?: boolean;
  readonly retry_num?: number;
  readonly retry_reason?: string;
}

const helloTimeoutMs = 30_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
const deadTokenPauseMs = 300_000;
const tooManyPauseMs = 60_000;
// Slack closes a connection ten seconds after its warning.
const retiredForMs = 15_000;

/**
 * Keeps one Socket Mode connection open. Slack's client would do so itself, but leaves five seconds between two
 * connections, and ends the process when opening the next one fails.
 */
export class SocketSlot {
  private readonly logger = new Logger('Slack');
  private readonly stop = new AbortController();
  private client: GuardedSocketClient | undefined;
  private failures = 0;
  private open = false;
  private why: string | undefined;
  /** Connections that Slack is about to close; what comes over them is still taken. */
  private readonly retired = new Set<GuardedSocketClient>();

  constructor(private readonly parts: SocketSlotParts) {}

  get connected(): boolean {
    return this.open || this.retired.size > 0;
  }

  /** Why there is no connection, where Slack has said so. */
  get trouble(): string | undefined {
    return this.why;
  }

  /** Resolves after `close`, or when Slack has switched Socket Mode off for this app. */
  async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const pauseMs = await this.oneConnection();
      if (pauseMs === undefined) return;
      await wait(pauseMs, this.stop.signal).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.stop.abort();
    const clients = [...this.retired, ...(this.client === undefined ? [] : [this.client])];
    await Promise.all(clients.map((client) => client.disconnect()));
  }

  /** Opens a connection and waits for its end. Answers how long to wait before the next one; undefined: never. */
  private async oneConnection(): Promise<number | undefined> {
    const client = this.newClient();
    this.client = client;
    try {
      await this.connect(client);
      const ended = new Promise((resolve) => client.once('disconnected', resolve));
      const renewed = new Promise((resolve) => client.once(renewalEvent, resolve));
      this.why = undefined;
      this.change(true);
      this.failures = 0;
      if (await Promise.race([ended.then(() => false), renewed.then(() => true)])) this.retire(client, ended);
    } catch (thrown) {
      return this.afterFailure(thrown, client);
    } finally {
      this.change(false);
    }
    return this.afterEnd(client);
  }

  private newClient(): GuardedSocketClient {
    const client = new GuardedSocketClient({
      appToken: this.parts.appToken,
      autoReconnectEnabled: false,
      logger: sdkLogger(),
      clientOptions: {
        slackApiUrl: this.parts.apiUrl,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
        timeout: 10_000,
      },
    });
    client.on('slack_event', (envelope: SocketEnvelope) => {
      if (isJson(envelope.body)) this.parts.receive(envelope);
    });
    return client;
  }

  /** Slack closes it soon; the next connection is opened meanwhile. */
  private retire(client: GuardedSocketClient, ended: Promise<unknown>): void {
    this.retired.add(client);
    const timer = setTimeout(() => void client.disconnect(), retiredForMs).unref();
    void ended.then(() => {
      clearTimeout(timer);
      this.retired.delete(client);
      this.parts.changed();
    });
  }

  private async connect(client: GuardedSocketClient): Promise<void> {
    const late = new AbortController();
    const tooLate = wait(helloTimeoutMs, AbortSignal.any([late.signal, this.stop.signal])).then(() => {
      void client.disconnect();
      throw new SlackCallError('apps.connections.open', 'no_hello', 'unsent');
    });
    try {
      await Promise.race([client.start(), tooLate]);
    } finally {
      late.abort();
      tooLate.catch(() => undefined);
    }
  }

  private afterEnd(client: GuardedSocketClient): number | undefined {
    switch (client.disconnectReason) {
      case 'link_disabled':
        this.logger.error(
          'Socket Mode is switched off in the settings of the Slack app. Switch it on and restart Jamie.',
        );
        this.tell('Socket Mode is switched off in the settings of the Slack app.');
        return undefined;
      case 'too_many_websockets':
        this.logger.warn('Slack allows ten Socket Mode connections, and they are taken: too many replicas.');
        this.tell('Slack allows ten Socket Mode connections, and they are taken.');
        return tooManyPauseMs;
      case undefined:
        return this.nextPauseMs();
      default:
        return 0;
    }
  }

  private afterFailure(thrown: unknown, client: GuardedSocketClient): number | undefined {
    if (this.stop.signal.aborted || client.disconnectReason !== undefined) return this.afterEnd(client);
    const error = thrown instanceof SlackCallError ? thrown : toCallError('apps.connections.open', thrown);
    if (SlackHealth.isDeadToken(error.code)) {
      this.parts.health.refused(error.code);
      return deadTokenPauseMs;
    }
    return Math.max(error.retryAfterMs, this.nextPauseMs());
  }

  private nextPauseMs(): number {
    this.failures += 1;
    return Math.min(longestPauseMs, firstPauseMs * 2 ** (this.failures - 1));
  }

  private tell(trouble: string): void {
    this.why = trouble;
    this.parts.changed();
  }

  private change(connected: boolean): void {
    if (connected === this.open) return;
    this.open = connected;
    this.parts.changed();
  }
}
