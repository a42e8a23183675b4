import { once } from 'node:events';
import type { Response } from 'express';

const heartbeatMs = 15_000;

export interface ServerSentEvent {
  readonly event?: string;
  readonly data: string;
}

/**
 * Writes server-sent events, https://html.spec.whatwg.org/multipage/server-sent-events.html. The status is sent with the
 * first of them, or with the first sign of life on a long wait: until then a failure can still have its own.
 */
export class EventStream {
  private readonly heartbeat: NodeJS.Timeout;

  constructor(private readonly response: Response) {
    // Proxies close connections on which nothing comes for a minute; a slow model is silent for longer.
    this.heartbeat = setInterval(() => this.write(': still here\n\n'), heartbeatMs);
  }

  get begun(): boolean {
    return this.response.headersSent;
  }

  /** Waits while the client reads more slowly than the model writes. Ends early when the signal is aborted. */
  async send({ event, data }: ServerSentEvent, signal: AbortSignal): Promise<void> {
    const name = event === undefined ? '' : `event: ${event}\n`;
    const flowing = this.write(`${name}data: ${data}\n\n`);
    if (!flowing) await once(this.response, 'drain', { signal });
  }

  /** Leaves a response that has not begun to whoever answers it instead. */
  end(): void {
    clearInterval(this.heartbeat);
    if (this.begun) this.response.end();
  }

  private write(text: string): boolean {
    if (!this.begun) {
      this.response.status(200).set({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      });
    }
    return this.response.write(text);
  }
}
