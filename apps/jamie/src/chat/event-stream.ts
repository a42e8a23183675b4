import { once } from 'node:events';
import type { Response } from 'express';

const heartbeatMs = 15_000;

/** Writes server-sent events, https://html.spec.whatwg.org/multipage/server-sent-events.html */
export class EventStream {
  private readonly heartbeat: NodeJS.Timeout;

  constructor(private readonly response: Response) {
    response.status(200).set({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    response.flushHeaders();
    // Proxies close connections on which nothing comes for a minute; a slow model is silent for longer.
    this.heartbeat = setInterval(() => response.write(': still here\n\n'), heartbeatMs);
  }

  /** Waits while the client reads more slowly than the model writes. Ends early when the signal is aborted. */
  async send(event: string, data: unknown, signal: AbortSignal): Promise<void> {
    const flowing = this.response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (!flowing) await once(this.response, 'drain', { signal });
  }

  end(): void {
    clearInterval(this.heartbeat);
    this.response.end();
  }
}
