import { EventEmitter, on, once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { type Plain, type WireMetric, type WireSpan, decodeMetrics, decodeTraces } from './wire';

export interface OtlpRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Unpacked. */
  readonly body: Buffer;
}

export interface ReceivedSpan extends WireSpan {
  readonly scope: string;
  readonly resource: Readonly<Record<string, Plain>>;
}

/** What the receiver does with a request: takes it, answers with another status, or never answers. */
export type OtlpBehaviour = number | 'hang';

/** An OTLP collector on loopback, HTTP with protobuf, https://opentelemetry.io/docs/specs/otlp/#otlphttp */
export class OtlpReceiver {
  readonly requests: OtlpRequest[] = [];
  readonly spans: ReceivedSpan[] = [];
  /** What the latest export of metrics said; empty before the first. */
  metrics: readonly WireMetric[] = [];
  metricsResource: Readonly<Record<string, Plain>> = {};
  behaviour: OtlpBehaviour = 200;
  private readonly changes = new EventEmitter().setMaxListeners(0);

  private constructor(private readonly server: Server) {}

  static async start(port = 0): Promise<OtlpReceiver> {
    const server = createServer();
    const receiver = new OtlpReceiver(server);
    server.on('request', (request, response) => void receiver.handle(request, response));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return receiver;
  }

  get url(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  async stop(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  /** All that was ever received, as text, to look for what must not be in it. */
  get everything(): string {
    const heads = this.requests.map(({ path, headers }) => `${path} ${JSON.stringify(headers)}`);
    return [...heads, ...this.requests.map(({ body }) => body.toString('latin1'))].join('\n');
  }

  spanNamed(name: string): ReceivedSpan | undefined {
    return this.spans.find((span) => span.name === name);
  }

  metricNamed(name: string): WireMetric | undefined {
    return this.metrics.find((metric) => metric.name === name);
  }

  /** Resolves as soon as `holds` is true; looks again at every request. Rejects when that takes too long. */
  async until(holds: (receiver: OtlpReceiver) => boolean, timeoutMs = 20_000): Promise<void> {
    if (holds(this)) return;
    for await (const _ of on(this.changes, 'change', { signal: AbortSignal.timeout(timeoutMs) })) {
      if (holds(this)) return;
    }
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const packed = Buffer.concat(parts);
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(packed) : packed;
    const path = request.url ?? '';
    this.requests.push({ path, headers: request.headers, body });
    if (this.behaviour === 'hang') {
      this.changes.emit('change');
      return;
    }
    const status = this.behaviour === 200 ? this.take(path, body) : this.behaviour;
    response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end();
    this.changes.emit('change');
  }

  private take(path: string, body: Buffer): number {
    try {
      if (path.endsWith('/v1/traces')) this.takeSpans(body);
      else if (path.endsWith('/v1/metrics')) this.takeMetrics(body);
      else return 404;
      return 200;
    } catch {
      return 400;
    }
  }

  private takeSpans(body: Buffer): void {
    for (const { resource, scopeSpans } of decodeTraces(body).resourceSpans) {
      for (const { scope, spans } of scopeSpans) {
        this.spans.push(
          ...spans.map((span) => ({ ...span, scope: scope.name, resource: resource.attributes })),
        );
      }
    }
  }

  private takeMetrics(body: Buffer): void {
    const { resourceMetrics } = decodeMetrics(body);
    this.metricsResource = resourceMetrics[0]?.resource.attributes ?? {};
    this.metrics = resourceMetrics.flatMap(({ scopeMetrics }) =>
      scopeMetrics.flatMap(({ metrics }) => metrics),
    );
  }
}
