import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type TestJamie, bodyOf, readEvents, startTestJamie } from './harness';

let jamie: TestJamie;
beforeAll(async () => {
  jamie = await startTestJamie();
});
afterAll(() => jamie.close());

describe('POST /chat without a model', () => {
  it('answers "Hello Jamie" with the short introduction', async () => {
    const response = await jamie.chat({ message: 'Hello Jamie' });
    expect(response.status).toBe(200);
    expect(await bodyOf(response)).toEqual({
      response: expect.stringContaining('I am Jamie'),
      answered_by: 'help',
      answer_id: expect.stringMatching(/^[\w-]{36}$/),
      degraded: true,
      degraded_reason: expect.stringContaining('127.0.0.1:1'),
      sources: [],
      model: 'bruno-sre',
      conversation_id: expect.stringMatching(/^[\w-]{36}$/),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      processing_time: expect.any(Number),
    });
  });

  it('answers an alert from its runbook: what to do, word for word, with its source', async () => {
    const response = await jamie.chat({ message: 'KubePodCrashLooping is firing, what do I do?' });
    const body = await bodyOf(response);
    expect(body).toMatchObject({ answered_by: 'runbooks', degraded: true });
    expect(body.response).toMatch(/^\*\*The model is not available\*\*/);
    expect(body.response).toContain('### Diagnosis');
    expect(body.response).toContain('### Mitigation');
    expect(body.response).toContain('kubectl');
    expect(body.sources).toContainEqual({
      title: 'KubePodCrashLooping',
      path: 'kubernetes/workloads/KubePodCrashLooping.md',
      heading: 'Diagnosis',
    });
  });

  it('streams the same answer as server-sent events', async () => {
    const ask = { message: 'etcdNoLeader, what now?', conversation_id: 'c-1' };
    const json = await bodyOf(await jamie.chat(ask));
    const response = await jamie.chat(ask, { headers: { accept: 'text/event-stream' } });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const events = await readEvents(response);
    expect(new Set(events.map(({ event }) => event))).toEqual(
      new Set(['status', 'sources', 'text-delta', 'finish']),
    );
    const finish = events.at(-1);
    expect(finish?.event).toBe('finish');
    expect(finish?.data).toMatchObject({
      response: json.response,
      sources: json.sources,
      conversation_id: 'c-1',
    });
    const streamed = events.flatMap(({ event, data }) => (event === 'text-delta' ? [data['text']] : []));
    expect(streamed.join('')).toBe(json.response);
  });

  it('answers 503 with what was tried and when to come back, when no runbook fits either', async () => {
    const response = await jamie.chat({ message: 'please compose a sonnet about autumn leaves' });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    const body = await bodyOf(response);
    expect(body).toMatchObject({ statusCode: 503, error: 'Service Unavailable' });
    expect(body.message).toMatch(/Neither the model nor the runbooks/);
    expect(body.request_id).toBe(response.headers.get('x-request-id'));
  });

  it('tells the same failure inside of a stream', async () => {
    const ask = { message: 'please compose a sonnet about autumn leaves' };
    const events = await readEvents(await jamie.chat(ask, { headers: { accept: 'text/event-stream' } }));
    expect(events.at(-1)).toMatchObject({ event: 'error', data: { statusCode: 503 } });
  });
});

describe('a wrong request', () => {
  it.each([
    ['no message', {}, /message must be a string/],
    ['an empty message', { message: '  ' }, /message must not be empty/],
    ['a message that is no string', { message: 7 }, /message must be a string/],
    ['a message of 8,001 characters', { message: 'x'.repeat(8001) }, /message must be at most 8000/],
    [
      'a context of 16,001 characters',
      { message: 'x', context: 'y'.repeat(16_001) },
      /context must be at most 16000/,
    ],
    ['an id with a space', { message: 'x', conversation_id: 'a b' }, /conversation_id must be/],
    ['an empty id', { message: 'x', conversation_id: '' }, /conversation_id must be/],
    ['an unknown field', { message: 'x', mesage: 'y' }, /unknown field "mesage"/],
    ['several wrong fields', { message: '', context: 5 }, /message .*; context /],
  ])('%s is refused, and the field is named', async (_name, ask, sentence) => {
    const response = await jamie.chat(ask);
    expect(response.status).toBe(400);
    expect((await bodyOf(response)).message).toMatch(sentence);
  });

  it('8,000 characters are accepted, also when each is a pair of surrogates', async () => {
    for (const message of ['x'.repeat(8000), '🔥'.repeat(8000)]) {
      expect([200, 503]).toContain((await jamie.chat({ message })).status);
    }
  });

  const raw = (
    body: string | Buffer,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) => fetch(`${jamie.url}/chat`, { method: 'POST', body, headers });

  it.each([
    ['broken JSON', '{"message": "x"', 400],
    ['a JSON array', '["x"]', 400],
    ['a JSON string', '"x"', 400],
    ['null', 'null', 400],
    ['an empty body', '', 400],
    ['deep nesting', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, 400],
    ['a deeply nested message', `{"message":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 400],
    ['__proto__', '{"message":"x","__proto__":{"admin":true}}', 400],
    ['constructor', '{"message":"x","constructor":{"prototype":{"admin":true}}}', 400],
    ['64 KiB and a byte', JSON.stringify({ message: 'x'.repeat(65_600) }), 413],
  ])('%s', async (_name, body, status) => {
    const response = await raw(body);
    expect(response.status).toBe(status);
    const failure = await bodyOf(response);
    expect(failure).toEqual({
      statusCode: status,
      error: expect.any(String),
      message: expect.any(String),
      request_id: expect.any(String),
    });
    expect(JSON.stringify(failure)).not.toMatch(/at .*\.js|node_modules/);
  });

  it('what is no JSON is not repeated', async () => {
    const { message } = await bodyOf(await raw('{"password": swordfish}'));
    expect(message).toBe('The body is not valid JSON.');
  });

  it('a body that never ends is refused as soon as it is too large', async () => {
    const options = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const endless = request(`${jamie.url}/chat`, options).on('error', () => undefined);
    endless.write(Buffer.alloc(70_000, 'x'));
    const [response]: IncomingMessage[] = await once(endless, 'response');
    expect(response?.statusCode).toBe(413);
    endless.destroy();
  });

  it.each([
    ['a missing Host header', { setHost: false }, 400],
    ['an expectation that nobody knows', { headers: { expect: 'nonsense' } }, 404],
  ])('%s is answered in JSON', async (_name, options, status) => {
    const outgoing = request(`${jamie.url}/nowhere`, options).end();
    const [response]: IncomingMessage[] = await once(outgoing, 'response');
    expect(response?.statusCode).toBe(status);
    expect(response?.headers['content-type']).toMatch(/json/);
    response?.resume();
  });

  it('a compressed body is refused', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect((await raw('{"message":"x"}', headers)).status).toBe(415);
  });

  it('invalid UTF-8 is refused, not repaired in silence', async () => {
    const response = await raw(Buffer.from('{"message":"\xff\xfe"}', 'latin1'));
    expect(response.status).toBe(400);
    expect((await bodyOf(response)).message).toContain('UTF-8');
  });

  it('20 MB are refused without being kept', async () => {
    const response = await raw(Buffer.alloc(20_000_000, 'x'));
    expect(response.status).toBe(413);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'multipart/form-data; boundary=x',
  ])('%s is not JSON', async (type) => {
    const response = await raw('{"message":"x"}', { 'content-type': type });
    expect(response.status).toBe(415);
    expect((await bodyOf(response)).message).toContain('application/json');
  });

  it('JSON with a charset is JSON', async () => {
    const response = await raw('{"message":"Hello Jamie"}', {
      'content-type': 'Application/JSON; charset=UTF-8',
    });
    expect(response.status).toBe(200);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('%s /chat is 405 and says what is allowed', async (method) => {
    const response = await fetch(`${jamie.url}/chat`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect((await bodyOf(response)).statusCode).toBe(405);
  });

  it.each(['/nothing', '/metrics', '/chat/x', '/%E0%A4%A', '/..%2f..%2fetc/passwd'])(
    '%s is 404 in JSON',
    async (path) => {
      const response = await fetch(`${jamie.url}${path}`);
      expect(response.status).toBe(404);
      expect(await bodyOf(response)).toMatchObject({ statusCode: 404, error: 'Not Found' });
    },
  );
});

describe('every response', () => {
  it('carries the caller’s request id when it is sane, else a new one', async () => {
    const get = async (id: string) =>
      (await fetch(`${jamie.url}/health`, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    expect(await get('abc-123.def')).toBe('abc-123.def');
    expect(await get('<script>')).toMatch(/^[\w-]{36}$/);
    expect(await get('x'.repeat(200))).toMatch(/^[\w-]{36}$/);
  });

  it('has security headers and does not say what it is made of', async () => {
    const { headers } = await jamie.chat({ message: 'Hello Jamie' });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

describe('the second port', () => {
  it.each([
    ['/metrics', 200],
    ['/health', 200],
    ['/health/ready', 404],
    ['/openapi.json', 404],
    ['/', 404],
  ])('%s is %i', async (path, status) => {
    expect((await fetch(`${jamie.metricsUrl}${path}`)).status).toBe(status);
  });

  it('does not take questions', async () => {
    const response = await fetch(`${jamie.metricsUrl}/chat`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(404);
  });

  it('speaks one format only, whatever is asked for', async () => {
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5';
    const response = await fetch(`${jamie.metricsUrl}/metrics`, { headers: { accept } });
    expect(response.headers.get('content-type')).toMatch(
      /^text\/plain;.* version=0\.0\.4$|^text\/plain; version=0\.0\.4;/,
    );
    expect(await response.text()).toContain('ollama_requests_total{');
  });
});

describe('health', () => {
  it.each(['/health', '/health/live', '/health/ready'])('%s is fine without a model', async (path) => {
    const response = await fetch(`${jamie.url}${path}`);
    expect(response.status).toBe(200);
    expect((await bodyOf(response)).status).toBe('ok');
  });

  it('lists the dependencies with their state', async () => {
    const body = await bodyOf(await fetch(`${jamie.url}/health/ready`));
    expect(body.dependencies['model']).toMatchObject({
      state: 'down',
      detail: expect.stringContaining('127.0.0.1:1'),
    });
    expect(body.dependencies['slack']).toMatchObject({ state: 'off' });
    expect(body.dependencies['store']).toMatchObject({ state: 'up' });
  });
});
