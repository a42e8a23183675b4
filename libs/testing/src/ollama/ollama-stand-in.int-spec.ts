import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import {
  ollamaAnswer,
  ollamaFailures,
  OllamaStandIn,
  type OllamaStandInOptions,
  startOllamaProcess,
} from '../index';

let server: OllamaStandIn;

async function startWith(options: Partial<OllamaStandInOptions> = {}): Promise<void> {
  await server.stop();
  server = await OllamaStandIn.start(options);
}

const post = (path: string, body: unknown, signal?: AbortSignal) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal && { signal }),
  });

const question = { model: 'bruno-sre', messages: [{ role: 'user', content: 'why is the disk full' }] };
const chat = (extra: object = {}, signal?: AbortSignal) =>
  post('/api/chat', { ...question, ...extra }, signal);
interface Line {
  readonly message: { readonly content: string };
  readonly [name: string]: unknown;
}

const parsed = (text: string): Line => JSON.parse(text);
const linesOf = (text: string) => text.trimEnd().split('\n').map(parsed);
const statusAndBody = async (response: Response) => [response.status, await response.json()];
const bodyOf = async (response: Response): Promise<unknown> => response.json();

beforeEach(async () => {
  server = await OllamaStandIn.start();
});
afterEach(async () => {
  await server.stop();
});

describe('chat', () => {
  it('streams one line per chunk and ends with counts and nanoseconds', async () => {
    server.script(ollamaAnswer(['Pod ', 'läuft ✓']));
    const response = await chat();
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = linesOf(await response.text());
    expect(lines.map((line) => [line.message.content, line['done']])).toEqual([
      ['Pod ', false],
      ['läuft ✓', false],
      ['', true],
    ]);
    expect(lines[2]).toMatchObject({ done_reason: 'stop', prompt_eval_count: 5, eval_count: 3 });
    expect(lines[2]?.['total_duration']).toBeGreaterThan(0);
    expect(server.journal.of('chat')).toMatchObject([{ state: 'finished', answered: true, chunksSent: 2 }]);
  });

  it('stops at num_predict chunks', async () => {
    server.script(ollamaAnswer('one two three four'));
    const lines = linesOf(await (await chat({ options: { num_predict: 2 } })).text());
    expect(lines.map((line) => line.message.content).join('')).toBe('one two');
    expect(lines.at(-1)).toMatchObject({ done: true, done_reason: 'length' });
  });

  it('answers in one object when it is asked not to stream', async () => {
    server.script(ollamaAnswer('all at once'));
    const body = await bodyOf(await chat({ stream: false }));
    expect(body).toMatchObject({ message: { content: 'all at once' }, done: true });
  });

  it('refuses a prompt that does not fit when truncation is off, with JSON inside JSON', async () => {
    const response = await chat({ truncate: false, options: { num_ctx: 4 } });
    expect(response.status).toBe(400);
    expect(parsed(String(parsed(await response.text())['error']))).toMatchObject({
      error: { n_prompt_tokens: 5, n_ctx: 4 },
    });
  });

  it('cuts a prompt silently when truncation is on', async () => {
    const lines = linesOf(await (await chat({ options: { num_ctx: 4 } })).text());
    expect(lines.at(-1)).toMatchObject({ prompt_eval_count: 4 });
  });
});

describe('strictness', () => {
  it.each([
    ['', 400, 'missing request body'],
    ['hello', 400, "invalid character 'h' looking for beginning of value"],
    ['{"model":', 400, 'unexpected EOF'],
    [{ ...question, model: '' }, 400, 'model is required'],
    [{ ...question, model: 'other' }, 404, "model 'other' not found"],
    [
      { ...question, messages: 'hi' },
      400,
      'json: cannot unmarshal string into Go struct field ChatRequest.messages of type []api.Message',
    ],
    [
      { ...question, messages: [{ role: 'user', content: 7 }] },
      400,
      'json: cannot unmarshal number into Go struct field ChatRequest.content of type string',
    ],
    [
      { ...question, messages: [{ role: 'bot', content: 'hi' }] },
      400,
      'invalid role: bot, role must be one of [system, user, tool, assistant]',
    ],
    [
      { ...question, stream: 'yes' },
      400,
      'json: cannot unmarshal string into Go struct field ChatRequest.stream of type bool',
    ],
    [{ ...question, keep_alive: '5' }, 400, 'time: missing unit in duration "5"'],
    [{ ...question, keep_alive: 'soon' }, 400, 'time: invalid duration "soon"'],
    [
      { ...question, think: 'hard' },
      400,
      'invalid think value: "hard" (must be "high", "medium", "low", "max", true, or false)',
    ],
    [{ ...question, options: { temperature: '0.2' } }, 500, 'option "temperature" must be of type float32'],
    [{ ...question, options: { num_ctx: '8192' } }, 500, 'option "num_ctx" must be of type integer'],
    [{ ...question, options: { stop: 'x' } }, 500, 'option "stop" must be of type array'],
  ])('refuses %j as the real server does', async (body, status, text) => {
    expect(await statusAndBody(await post('/api/chat', body))).toEqual([status, { error: text }]);
  });

  it('ignores options that it does not know and accepts all durations', async () => {
    for (const keep_alive of [30, -1, '30m', '1h30m', '-1s', '0']) {
      expect((await chat({ keep_alive, options: { max_tokens: 'x' } })).status).toBe(200);
    }
  });

  it('answers unknown paths and wrong methods in plain text', async () => {
    expect([
      (await fetch(`${server.url}/api/none`)).status,
      (await fetch(`${server.url}/api/chat`)).status,
    ]).toEqual([404, 405]);
  });
});

describe('loading', () => {
  it('holds the headers back until the model is loaded, once for all', async () => {
    await startWith({ loaded: false, loadMs: 30, parallel: 10 });
    const answers = await Promise.all([chat(), chat(), chat()]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
    expect(server.memory).toMatchObject({ loadsStarted: 1, loadsFinished: 1 });
  });

  it('gives a load up when the client that began it leaves, and begins again for the next', async () => {
    await startWith({ loaded: false, loadMs: 60_000 });
    const leaving = new AbortController();
    const first = chat({}, leaving.signal);
    await server.journal.until((journal) => journal.count('chat', 'waiting') === 1);
    leaving.abort();
    await expect(first).rejects.toThrow();
    await server.journal.until((journal) => journal.count('chat', 'cancelled') === 1);
    server.memory.loadMs = 0;
    expect((await chat()).status).toBe(200);
    expect(server.memory).toMatchObject({ loadsStarted: 2, loadsAborted: 1, loadsFinished: 1 });
  });

  it('loads and unloads for requests without messages', async () => {
    await startWith({ loaded: false });
    const empty = (extra: object) => post('/api/chat', { model: 'bruno-sre', messages: [], ...extra });
    const running = async () => bodyOf(await fetch(`${server.url}/api/ps`));
    expect(await (await empty({ options: { num_ctx: 8192 } })).json()).toMatchObject({
      done: true,
      done_reason: 'load',
    });
    expect(await running()).toMatchObject({ models: [{ name: 'bruno-sre:latest', context_length: 8192 }] });
    expect(await (await empty({ keep_alive: 0 })).json()).toMatchObject({ done_reason: 'unload' });
    expect(await running()).toEqual({ models: [] });
    expect([
      server.journal.count('load'),
      server.journal.count('unload'),
      server.journal.count('chat'),
    ]).toEqual([1, 1, 0]);
  });

  it('loads again when runner options or shift change, and only then', async () => {
    for (const extra of [
      {},
      { options: { temperature: 1 } },
      { options: { num_ctx: 8192 } },
      { shift: false },
    ]) {
      await (await chat(extra)).text();
    }
    expect(server.memory.loadsFinished).toBe(2);
  });
});

describe('slots', () => {
  it('serves one at a time and lets any number wait, without a 503', async () => {
    server.next(ollamaFailures.stallAfter('first'));
    const leaving = new AbortController();
    await chat({}, leaving.signal);
    const waiting = Array.from({ length: 40 }, () => chat());
    await server.journal.until((journal) => journal.count('chat', 'waiting') === 40);
    leaving.abort();
    const answers = await Promise.all(waiting);
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  });

  it('takes two thousand connections at once', async () => {
    await startWith({ parallel: 2000 });
    server.script(ollamaAnswer('ok', { firstChunkDelayMs: 20 }));
    const agent = new Agent({ maxSockets: 2000 });
    const one = async () => {
      const response = await new Promise<IncomingMessage>((resolve) => {
        request(`${server.url}/api/chat`, { method: 'POST', agent }, resolve).end(JSON.stringify(question));
      });
      response.resume();
      await once(response, 'end');
      return response.statusCode;
    };
    const statuses = await Promise.all(Array.from({ length: 2000 }, one));
    agent.destroy();
    expect(statuses.filter((status) => status === 200)).toHaveLength(2000);
    expect(server.journal.of('chat').filter((entry) => entry.answered)).toHaveLength(2000);
  });
});

describe('failures', () => {
  it.each([
    ['runner died', ollamaFailures.runnerDied(), 500, /model runner has unexpectedly stopped/],
    ['queue full, with its two spaces', ollamaFailures.queueFull(), 503, /try again\. {2}maximum/],
    ['forbidden, without a body', ollamaFailures.forbidden(), 403, /^$/],
    ['a proxy', ollamaFailures.proxyError(), 502, /^<html>/],
  ])('%s', async (_name, behaviour, status, body) => {
    server.next(behaviour);
    const response = await chat();
    expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(body)]);
    expect((await chat()).status).toBe(200);
  });

  it.each([
    ['cut in the middle', ollamaFailures.cutAfter('a'), 'cut'],
    ['reset in the middle', ollamaFailures.resetAfter('a'), 'cut'],
  ])('is %s', async (_name, behaviour, state) => {
    server.next(behaviour);
    await expect(chat().then((response) => response.text())).rejects.toThrow();
    expect(server.journal.of('chat')).toMatchObject([{ state, answered: false }]);
  });

  it.each([ollamaFailures.cut(), ollamaFailures.reset()])(
    'breaks before the headers: %j',
    async (behaviour) => {
      server.next(behaviour);
      await expect(chat()).rejects.toThrow();
    },
  );

  it('ends without a done line, or with a line of its own', async () => {
    server.next(
      ollamaFailures.noDoneAfter('a'),
      ollamaFailures.runnerDiedAfter('a'),
      ollamaFailures.garbageAfter(),
    );
    expect(linesOf(await (await chat()).text())).toMatchObject([{ done: false }]);
    expect(await (await chat()).text()).toMatch(/\{"error":"an error was encountered[^\n]*\n$/u);
    expect(await (await chat()).text()).toMatch(/^<html>/u);
  });

  it('hangs until the client leaves, and notes that', async () => {
    server.next(ollamaFailures.hang());
    const leaving = new AbortController();
    const hanging = chat({}, leaving.signal);
    await server.journal.until((journal) => journal.count('chat', 'waiting') === 1);
    leaving.abort();
    await expect(hanging).rejects.toThrow();
    await server.journal.until((journal) => journal.count('chat', 'cancelled') === 1);
  });

  it('cuts streams at a restart and comes back on the same port', async () => {
    server.next(ollamaFailures.stallAfter('a'));
    const { url } = server;
    const open = await chat();
    await server.restart();
    await expect(open.text()).rejects.toThrow();
    expect(server.url).toBe(url);
    expect((await chat()).status).toBe(200);
    expect(server.journal.of('chat').map((entry) => entry.state)).toEqual(['cut', 'finished']);
  });

  it('refuses connections while it is stopped', async () => {
    await server.stop();
    await expect(chat()).rejects.toThrow();
  });

  it('lets a proxy answer for every route', async () => {
    server.everywhere(ollamaFailures.proxyError());
    expect((await fetch(`${server.url}/api/version`)).status).toBe(502);
    server.everywhere(undefined);
    expect(await (await fetch(`${server.url}/api/version`)).json()).toEqual({ version: '0.33.0' });
  });

  it.each(['split', 'crlf'] as const)('frames as %s without losing a character', async (framing) => {
    server.script(ollamaAnswer(['grüß ', '🚨 ✓'], { framing }));
    const lines = linesOf((await (await chat()).text()).replaceAll('\r\n', '\n'));
    expect(lines.map((line) => line.message.content).join('')).toBe('grüß 🚨 ✓');
  });
});

it('runs in a process of its own', async () => {
  const child = await startOllamaProcess('--chunks=3');
  const response = await fetch(`${child.url}/api/chat`, { method: 'POST', body: JSON.stringify(question) });
  expect(linesOf(await response.text())).toHaveLength(4);
  await child.stop();
  await expect(fetch(child.url)).rejects.toThrow();
});
