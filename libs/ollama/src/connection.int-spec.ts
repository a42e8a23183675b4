import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSilentServer, type Server as SilentServer } from 'node:net';
import { ollamaRefusal, OllamaStandIn, RecordingModelObserver } from '@jamie/testing';
import { ask, type StartedModel, startModel, until } from '../test/started-model';

const servers: (Server | SilentServer)[] = [];
const standIns: OllamaStandIn[] = [];
const models: StartedModel[] = [];

afterEach(async () => {
  for (const model of models.splice(0)) await model.close();
  for (const server of standIns.splice(0)) await server.stop();
  for (const server of servers.splice(0)) server.close();
});

async function standIn(host = '127.0.0.1'): Promise<OllamaStandIn> {
  const server = await OllamaStandIn.start({ host });
  standIns.push(server);
  return server;
}

async function start(url: string, options = {}): Promise<StartedModel> {
  const model = await startModel(new RecordingModelObserver(), url, options);
  models.push(model);
  return model;
}

const portOf = (server: OllamaStandIn) => new URL(server.url).port;

it.each(['127.0.0.1', '::1'])(
  'finds a server that listens on %s only under the name localhost',
  async (host) => {
    const server = await standIn(host);
    const { model } = await start(`http://localhost:${portOf(server)}`);
    expect(await ask(model)).toMatchObject({ text: 'The disk is full.', thrown: undefined });
  },
);

it.each(['/', '/api', '/api/', '/v1', '/v1/'])('takes an address with %s at its end', async (end) => {
  const server = await standIn();
  const { model } = await start(server.url + end);
  expect(await ask(model)).toMatchObject({ text: 'The disk is full.', thrown: undefined });
});

it('keeps a path prefix, sends user and password, and names neither', async () => {
  const seen: IncomingMessage[] = [];
  const gateway = createServer((request, response) => {
    seen.push(request);
    response.writeHead(401).end();
  });
  servers.push(gateway);
  await new Promise<void>((resolve) => {
    gateway.listen(0, '127.0.0.1', resolve);
  });
  const address = gateway.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const { model } = await start(`http://jamie:p%40ss-word@127.0.0.1:${port}/llm/`);
  const { thrown } = await ask(model);
  const { detail } = await model.check(new AbortController().signal);
  await until(() => new Set(seen.map((request) => request.url)).size === 4);
  expect(new Set(seen.map((request) => request.url))).toEqual(
    new Set(['/llm/api/chat', '/llm/api/version', '/llm/api/tags', '/llm/api/ps']),
  );
  const expected = `Basic ${Buffer.from('jamie:p@ss-word').toString('base64')}`;
  expect(new Set(seen.map((request) => request.headers.authorization))).toEqual(new Set([expected]));
  const told = `${String(thrown)} ${JSON.stringify(thrown)} ${detail}`;
  expect(told).toContain(`http://127.0.0.1:${port}/llm`);
  expect(told).not.toMatch(/ss-word|jamie:|Basic/);
});

it('follows no redirect, but says where the mistake is', async () => {
  const server = await standIn();
  const { model } = await start(server.url);
  server.everywhere(ollamaRefusal(301, '', 'text/plain'));
  expect((await ask(model)).thrown).toMatchObject({
    code: 'OllamaBadResponse',
    message: expect.stringContaining('set OLLAMA_URL to the final address'),
  });
});

it('says so when something else answers', async () => {
  const server = await standIn();
  const { model } = await start(server.url);
  server.everywhere(ollamaRefusal(404, '404 page not found', 'text/plain'));
  expect((await ask(model)).thrown).toMatchObject({
    code: 'OllamaBadResponse',
    message: expect.stringContaining("does not know Ollama's chat"),
  });
});

it('says so when what answers does not speak HTTP', async () => {
  const other = createSilentServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('220 mail.example.org ESMTP\r\n');
  });
  servers.push(other);
  await new Promise<void>((resolve) => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const address = other.address();
  const { model } = await start(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
  expect((await ask(model)).thrown).toMatchObject({ code: 'OllamaBadResponse' });
});

it('gives up on a host that takes no connection', async () => {
  // 192.0.2.0/24 is for documentation (RFC 5737): nothing is there, on loopback-only machines not even a route.
  const { model } = await start('http://192.0.2.1:11434', { connectTimeoutMs: 40 });
  const { thrown } = await ask(model);
  expect(thrown).toMatchObject({ code: 'OllamaUnreachable' });
});

it('says that a host name is unknown', async () => {
  const { model } = await start('http://ollama.invalid:11434');
  expect((await ask(model)).thrown).toMatchObject({
    code: 'OllamaUnreachable',
    message: expect.stringMatching(/host name is not known \((ENOTFOUND|EAI_AGAIN)\)/),
  });
});
