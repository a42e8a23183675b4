import { randomUUID } from 'node:crypto';
import {
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  createServer,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { ExpressAdapter } from '@nestjs/platform-express';
import { errorBody } from './errors';

/** Times in milliseconds, size in bytes; the names are Node's, https://nodejs.org/api/http.html#httpcreateserveroptions-requestlistener */
export interface ServerLimits {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
  readonly keepAliveTimeout: number;
  readonly maxHeaderSize: number;
}

const defaultLimits: ServerLimits = {
  // A client that sends its head or body drop by drop is cut off.
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 1000,
  keepAliveTimeout: 65_000,
  maxHeaderSize: 16_384,
};

// https://nodejs.org/api/http.html#event-clienterror
const statusOfCode: Readonly<Record<string, readonly [status: number, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'The request headers are larger than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive.'],
};
const malformed = [400, 'The request is not valid HTTP.'] as const;

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** An HTTP server with limits on time and size, which answers even unparsable requests in JSON. */
export function createBoundedServer(
  listener: RequestListener,
  onUnparsed: (status: number) => void,
  limits: ServerLimits = defaultLimits,
): Server {
  const newest = new WeakMap<Duplex, Exchange>();
  const serve: RequestListener = (request, response) => {
    newest.set(request.socket, { request, response });
    listener(request, response);
  };
  // A missing Host header and an unknown expectation are the listener's to refuse: Node's own answers have no body.
  const server = createServer({ ...limits, requireHostHeader: false }, serve);
  server.on('checkExpectation', serve);
  server.on('connect', (_request, socket) => {
    onUnparsed(405);
    refuse(socket, 405, 'CONNECT is not served here: this is no proxy.');
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const [status, message] = statusOfCode[error.code ?? ''] ?? malformed;
    const exchange = newest.get(socket);
    if (exchange?.request.complete === false) {
      cutOff(exchange.response, status, message);
      return;
    }
    onUnparsed(status);
    refuse(socket, status, message);
  });
  return server;
}

/** Ends a request whose body is still on its way by its own response, so that it counts once, on its route. */
function cutOff(response: ServerResponse, status: number, message: string): void {
  if (response.headersSent) {
    response.socket?.destroy();
    return;
  }
  const id = String(response.getHeader('x-request-id') ?? randomUUID());
  const json = JSON.stringify(errorBody({ status, message }, id));
  const headers = {
    Connection: 'close',
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(json),
    'X-Request-Id': id,
  };
  response.writeHead(status, headers).end(json);
}

function refuse(socket: Duplex, status: number, message: string): void {
  const id = randomUUID();
  const body = errorBody({ status, message }, id);
  const json = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${body.error}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(json)}`,
    `X-Request-Id: ${id}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${json}`);
}

/** Nest's Express adapter, on a bounded server. */
export class BoundedExpressAdapter extends ExpressAdapter {
  onUnparsed: (status: number) => void = () => {};

  override initHttpServer(): void {
    this.httpServer = createBoundedServer(this.getInstance<RequestListener>(), (status) =>
      this.onUnparsed(status),
    );
  }
}
