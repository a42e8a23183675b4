import { once } from 'node:events';
import { type Server, type Socket, connect, createServer } from 'node:net';
import { FaultProxy } from './fault-proxy';

const text = 'x'.repeat(1000);
let target: Server;
let proxy: FaultProxy;
const heard: string[] = [];

beforeEach(async () => {
  heard.length = 0;
  target = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk.toString());
      socket.write(text);
    });
    socket.on('end', () => socket.end());
  }).listen(0, '127.0.0.1');
  await once(target, 'listening');
  const address = target.address();
  proxy = await FaultProxy.start({
    target: `redis://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    seed: 7,
  });
});
afterEach(async () => {
  await proxy.stop();
  target.close();
});

interface Client {
  readonly socket: Socket;
  readonly received: () => Buffer;
  readonly error: () => NodeJS.ErrnoException | undefined;
}

function open(): Client {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(proxy.url).port) });
  const chunks: Buffer[] = [];
  let failure: NodeJS.ErrnoException | undefined;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', (error) => {
    failure = error;
  });
  return { socket, received: () => Buffer.concat(chunks), error: () => failure };
}

async function bytes(client: Client, count: number): Promise<Buffer> {
  while (client.received().length < count) await once(client.socket, 'data');
  return client.received();
}

async function exchange(client: Client, count = text.length): Promise<string> {
  const before = client.received().length;
  client.socket.write('ask');
  return (await bytes(client, before + count)).subarray(before).toString();
}

/** Also after an error, which `once` would throw. */
const closed = ({ socket }: Client) =>
  new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });

it('passes everything on while nothing is wrong, ends included', async () => {
  expect(proxy.url).toMatch(/^redis:\/\/127\.0\.0\.1:\d+$/u);
  const client = open();
  expect(await exchange(client)).toBe(text);
  expect(await exchange(client)).toBe(text);
  client.socket.end();
  await closed(client);
  expect(client.error()).toBeUndefined();
  expect(proxy.struck.size).toBe(0);
});

it('breaks the answer off at the byte it was told, with a reset or an end', async () => {
  proxy.inject({ kind: 'reset', afterBytes: 10 });
  const reset = open();
  reset.socket.write('ask');
  await closed(reset);
  expect(reset.error()?.code).toBe('ECONNRESET');
  proxy.inject({ kind: 'truncated', afterBytes: 10 });
  const truncated = open();
  truncated.socket.write('ask');
  await closed(truncated);
  expect([truncated.received().length, truncated.error()]).toEqual([10, undefined]);
  expect(Object.fromEntries(proxy.struck)).toEqual({ reset: 1, truncated: 1 });
});

it('puts bytes between, the same ones for the same seed', async () => {
  const garbage = async (seed: number) => {
    const other = await FaultProxy.start({ target: proxy.url, seed });
    other.inject({ kind: 'garbage', afterBytes: 5 });
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(other.url).port) });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.write('ask');
    while (Buffer.concat(chunks).length < text.length + 64) await once(socket, 'data');
    socket.destroy();
    await other.stop();
    return Buffer.concat(chunks).toString('latin1');
  };
  const first = await garbage(1);
  expect(first.replaceAll('x', '').length).toBeGreaterThan(50);
  expect(await garbage(1)).toBe(first);
  expect(await garbage(2)).not.toBe(first);
});

it('loses what is sent over a half-open connection, also after all is well again', async () => {
  const client = open();
  await exchange(client);
  proxy.inject({ kind: 'half-open', afterBytes: 0 });
  client.socket.write('lost');
  proxy.heal();
  expect(await exchange(open())).toBe(text);
  expect([heard, client.received().length, client.socket.destroyed]).toEqual([
    ['ask', 'ask'],
    text.length,
    false,
  ]);
  client.socket.destroy();
});

it('holds everything back while it is stalled, and loses nothing', async () => {
  const client = open();
  await exchange(client);
  proxy.inject({ kind: 'stalled' });
  client.socket.write('held');
  const other = open();
  await once(other.socket, 'connect');
  expect(heard).toEqual(['ask']);
  proxy.heal();
  expect((await bytes(client, 2 * text.length)).length).toBe(2 * text.length);
  expect(await exchange(other)).toBe(text);
  for (const { socket } of [client, other]) socket.destroy();
});

it('delays, and trickles', async () => {
  const timed = async () => {
    const startedAt = performance.now();
    const client = open();
    expect(await exchange(client)).toBe(text);
    client.socket.destroy();
    return performance.now() - startedAt;
  };
  proxy.inject({ kind: 'latency', delayMs: 60 });
  expect(await timed()).toBeGreaterThan(110);
  proxy.inject({ kind: 'slow', bytesPerSecond: 5000 });
  expect(await timed()).toBeGreaterThan(140);
});

it('refuses and takes connections again, on the same port', async () => {
  const client = open();
  await exchange(client);
  const { url } = proxy;
  await proxy.refuse();
  await closed(client);
  const refused = open();
  await closed(refused);
  expect(refused.error()?.code).toBe('ECONNREFUSED');
  await proxy.accept();
  expect(proxy.url).toBe(url);
  const again = open();
  expect(await exchange(again)).toBe(text);
  again.socket.destroy();
});

it('draws faults for a share of the connections', async () => {
  proxy.mix(0.5, [{ kind: 'reset', afterBytes: 0 }]);
  let whole = 0;
  for (let made = 0; made < 20; made += 1) {
    const client = open();
    client.socket.write('ask');
    await Promise.race([bytes(client, text.length).catch(() => undefined), closed(client)]);
    if (client.received().length === text.length) whole += 1;
    client.socket.destroy();
  }
  expect(whole + (proxy.struck.get('reset') ?? 0)).toBe(20);
  expect(whole).toBeGreaterThan(3);
  expect(whole).toBeLessThan(17);
});
