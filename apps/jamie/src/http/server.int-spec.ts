import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { createBoundedServer } from './server';

const limits = {
  headersTimeout: 100,
  requestTimeout: 200,
  connectionsCheckingInterval: 20,
  keepAliveTimeout: 1000,
  maxHeaderSize: 16_384,
};
const unparsed: number[] = [];
const answered: number[] = [];
let server: Server;

beforeEach(async () => {
  unparsed.length = 0;
  answered.length = 0;
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    request.resume();
    response.once('close', () => answered.push(response.writableFinished ? response.statusCode : 499));
    if (request.method === 'PUT') response.end('at once');
    else request.once('end', () => response.end('fine'));
  };
  server = createBoundedServer(listener, (status) => unparsed.push(status), limits);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

function open(): Socket {
  const { port }: AddressInfo = JSON.parse(JSON.stringify(server.address()));
  return connect(port, '127.0.0.1');
}

/** Everything the server sends until it closes the connection. */
async function answerTo(text: string, socket = open()): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

/** The answer counts once: among those without a request, or on the route of its request. */
function expectJson(answer: string, status: number, counted: 'unparsed' | 'answered' = 'unparsed'): void {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head).toContain('Content-Type: application/json');
  expect(JSON.parse(body)).toMatchObject({
    statusCode: status,
    request_id: expect.stringMatching(/^[\w-]{36}$/),
  });
  expect({ unparsed, answered }).toEqual({ unparsed: [], answered: [], [counted]: [status] });
}

describe('a bounded server', () => {
  it('answers what is not HTTP in JSON', async () => {
    expectJson(await answerTo('this is not HTTP\r\n\r\n'), 400);
  });

  it('is no proxy', async () => {
    expectJson(await answerTo('CONNECT elsewhere:443 HTTP/1.1\r\nhost: a\r\n\r\n'), 405);
  });

  it('refuses a bomb of headers', async () => {
    const bomb = Array.from({ length: 2000 }, (_, at) => `x-${at}: ${'y'.repeat(20)}\r\n`).join('');
    expectJson(await answerTo(`GET / HTTP/1.1\r\nhost: a\r\n${bomb}\r\n`), 431);
  });

  it('cuts off a client that never finishes its headers', async () => {
    expectJson(await answerTo('GET / HTTP/1.1\r\nhost: a\r\nx-slow: '), 408);
  });

  it('cuts off a client that never finishes its body', async () => {
    expectJson(
      await answerTo('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nabc'),
      408,
      'answered',
    );
  });

  it('refuses a body that is not HTTP', async () => {
    const head = 'POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n';
    expectJson(await answerTo(`${head}this is no length\r\n`), 400, 'answered');
  });

  it('cuts off a body that goes on after its answer', async () => {
    const answer = await answerTo('PUT / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nabc');
    expect(answer).toMatch(/^HTTP\/1.1 200 [^]*at once$/);
    expect({ unparsed, answered }).toEqual({ unparsed: [], answered: [200] });
  });

  it('survives a client that resets its connection in mid-upload', async () => {
    const socket = open();
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\nabc');
    socket.resetAndDestroy();
    expect(await answerTo('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1.1 200/,
    );
  });
});
