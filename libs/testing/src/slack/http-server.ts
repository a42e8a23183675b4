import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Platform } from './platform';
import { Dispatcher } from './web-api/dispatcher';
import { ApiEndpoint } from './web-api/endpoint';
import { bodyOf, uploadedBytes } from './web-api/request';

/** The one listener: Web API, sockets, uploads, response_urls, file downloads. */
export class SlackHttpServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #api: ApiEndpoint;
  #port = 0;

  constructor(private readonly slack: Platform) {
    this.#api = new ApiEndpoint(slack, new Dispatcher(slack));
    this.#server = createServer((request, response) => {
      this.#route(request, response).catch((error: unknown) => this.#broken(response, error));
    });
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
      this.#sockets.delete(socket);
      slack.sockets.upgrade(request, socket, head);
    });
  }

  async start(): Promise<void> {
    await this.listen();
    this.slack.baseUrl = `http://127.0.0.1:${this.#port}`;
  }

  /** Listens, at the port it had before if it had one. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Refuses connections and cuts those that are open. Sockets of Socket Mode stay. */
  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://slack');
    const [, area = '', ...rest] = pathname.split('/');
    const last = rest.at(-1) ?? '';
    if (area === 'api') await this.#api.handle(last, request, response);
    else if (area === 'upload') await this.#upload(last, request, response);
    else if (area === 'commands' || area === 'actions') await this.#responseUrl(last, request, response);
    else if (area === 'files-pri') this.#download(rest[0] ?? '', request, response);
    else answer(response, 404, 'not found');
  }

  /** docs.slack.dev, working with files: the raw bytes, or a multipart form, of the announced length. */
  async #upload(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = this.slack.world.files.get(id);
    const content = await uploadedBytes(request.headers['content-type'] ?? '', await bodyOf(request));
    this.slack.journal.note('upload', `${id} ${content.length} bytes`);
    if (file === undefined) answer(response, 404, 'unknown ticket');
    else if (content.length !== file.lengthBytes) answer(response, 400, 'length mismatch');
    else {
      file.content = content;
      answer(response, 200, `OK - ${content.length}`);
    }
  }

  async #responseUrl(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await bodyOf(request)).toString('utf8');
    const reply = this.slack.responseUrls.answer(id, body);
    if (reply.retryAfterSeconds !== undefined) response.setHeader('retry-after', reply.retryAfterSeconds);
    answer(response, reply.status, reply.body);
  }

  // Without token or scope Slack answers a login page with status 200.
  #download(id: string, request: IncomingMessage, response: ServerResponse): void {
    const { app, world } = this.slack;
    const allowed =
      request.headers.authorization === `Bearer ${app.botToken}` && app.scopes.has('files:read');
    const content = world.files.get(id)?.content;
    if (!allowed || content === undefined) {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      answer(response, 200, '<!DOCTYPE html><html><body>Sign in to Slack</body></html>');
      return;
    }
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(content);
  }

  #broken(response: ServerResponse, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.slack.journal.violation('stand-in.broken', text);
    if (!response.headersSent) answer(response, 500, text);
  }
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.statusCode = status;
  response.end(body);
}
