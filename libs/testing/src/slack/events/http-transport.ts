import { request as httpRequest, type IncomingMessage } from 'node:http';
import { parseJson, textField, type Json } from '../json';
import type { Timing } from '../options';
import type { InstalledApp } from '../world/app';
import type { Attempt, AttemptOrder, DeliveryRequest, FailureReason, Transport } from './delivery';
import { signedHeaders } from './signing';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: string;
}

export interface HttpPost {
  readonly url: string;
  readonly method?: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  readonly timeoutMs: number;
  /** Cuts the connection when the body has been sent and the answer begins. */
  readonly cut?: boolean;
}

class HttpFailure extends Error {
  constructor(readonly reason: FailureReason) {
    super(reason);
  }
}

/** @throws HttpFailure when no answer came: time ran out or the connection broke. */
export function post(order: HttpPost): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { ...order.headers, 'content-length': String(order.body.length) };
    const outgoing = httpRequest(order.url, { method: order.method ?? 'POST', headers, agent: false });
    const timer = setTimeout(() => {
      reject(new HttpFailure('http_timeout'));
      outgoing.destroy();
    }, order.timeoutMs);
    outgoing.on('close', () => clearTimeout(timer));
    outgoing.on('error', () => reject(new HttpFailure('connection_failed')));
    outgoing.on('response', (answer) => {
      if (order.cut === true) outgoing.destroy(new Error('cut on purpose'));
      else collect(answer).then(resolve, () => reject(new HttpFailure('connection_failed')));
    });
    outgoing.end(order.body);
  });
}

async function collect(answer: IncomingMessage): Promise<HttpAnswer> {
  const body = Buffer.concat(await answer.toArray()).toString('utf8');
  return { status: answer.statusCode ?? 0, headers: answer.headers, body };
}

/** docs.slack.dev: events are JSON, commands form fields, interactions a form field `payload`. */
export function encode(request: DeliveryRequest): { contentType: string; body: Buffer } {
  const whole = JSON.stringify(request.payload);
  if (request.kind === 'events_api') return { contentType: 'application/json', body: Buffer.from(whole) };
  const fields = request.kind === 'interactive' ? { payload: whole } : textFields(request.payload);
  const body = Buffer.from(new URLSearchParams(fields).toString());
  return { contentType: 'application/x-www-form-urlencoded', body };
}

function textFields(payload: Json): Record<string, string> {
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, String(value)]));
}

/** The Events API's road: signed POSTs to one address. */
export class HttpTransport implements Transport {
  /** The last signed request of each event id, byte for byte. */
  readonly sent = new Map<string, { readonly headers: Record<string, string>; readonly body: Buffer }>();

  constructor(
    private readonly app: InstalledApp,
    private readonly timing: Timing,
    private readonly url: () => string | undefined,
  ) {}

  get ready(): boolean {
    return this.url() !== undefined;
  }

  async attempt(request: DeliveryRequest, order: AttemptOrder): Promise<Attempt> {
    const atMs = Date.now();
    const startMs = performance.now();
    const outcome = await this.#send(request, order);
    return { retry: order.retry, atMs, latencyMs: performance.now() - startMs, ...outcome };
  }

  async #send(
    request: DeliveryRequest,
    order: AttemptOrder,
  ): Promise<Omit<Attempt, 'retry' | 'atMs' | 'latencyMs'>> {
    try {
      const answer = await this.#follow(request, order);
      const acked = answer.status >= 200 && answer.status < 300;
      return {
        acked,
        status: answer.status,
        ...(acked ? {} : { reason: 'http_error' as const }),
        ...(answer.headers['x-slack-no-retry'] === '1' ? { stopRetrying: true } : {}),
        ...(answer.body === '' ? {} : { response: parseJson(answer.body) ?? answer.body }),
      };
    } catch (error) {
      if (!(error instanceof HttpFailure)) throw error;
      return { acked: false, reason: error.reason, ...(order.loseAck ? { sabotaged: true } : {}) };
    }
  }

  // docs.slack.dev, Events API: at most two redirects are followed.
  async #follow(request: DeliveryRequest, order: AttemptOrder): Promise<HttpAnswer> {
    const { contentType, body } = encode(request);
    const eventId = textField(request.payload, 'event_id');
    let url = this.url() ?? '';
    for (let redirects = 0; redirects <= 2; redirects += 1) {
      const headers = {
        ...signedHeaders(this.app.signingSecret, body),
        ...this.#headers(contentType, order),
      };
      if (eventId !== undefined) this.sent.set(eventId, { headers, body });
      const answer = await post({
        url,
        headers,
        body,
        timeoutMs: this.timing.ackTimeoutMs,
        cut: order.loseAck,
      });
      const location = answer.headers['location'];
      if (answer.status < 300 || answer.status >= 400 || typeof location !== 'string') return answer;
      url = new URL(location, url).href;
    }
    throw new HttpFailure('too_many_redirects');
  }

  #headers(contentType: string, order: AttemptOrder): Record<string, string> {
    return {
      'content-type': contentType,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      accept: '*/*',
      ...(order.retry > 0
        ? {
            'x-slack-retry-num': String(order.retry),
            'x-slack-retry-reason': order.retryReason ?? 'unknown_error',
          }
        : {}),
    };
  }
}
