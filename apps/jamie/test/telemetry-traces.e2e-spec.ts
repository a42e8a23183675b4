import { ollamaAnswer, ollamaFailures } from '@jamie/testing';
import { nowhere, readEvents } from './harness';
import { type TracedJamie, startTracedJamie } from './traced-jamie';

const callerTrace = '0af7651916cd43dd8448eb211c80319c';
const callerSpan = 'b7ad6b7169203331';
const traceparent = `00-${callerTrace}-${callerSpan}-01`;
const alert = 'KubePodCrashLooping is firing';

let jamie: TracedJamie;
const start = async (settings: Record<string, string> = {}): Promise<TracedJamie> => {
  jamie = await startTracedJamie(settings);
  return jamie;
};
afterEach(() => jamie.close());

describe('the spans of one question', () => {
  it('are one tree, below the span of whoever asked, and go on to the model', async () => {
    const { chat, collector, ollama, spanNamed } = await start();
    await (await chat({ message: alert }, { headers: { traceparent } })).json();
    const request = await spanNamed('POST /chat');
    const agent = await spanNamed('invoke_agent jamie');
    const model = await spanNamed('chat bruno-sre');
    expect(collector.spans).toHaveLength(4);
    expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(new Set([callerTrace]));
    expect(request).toMatchObject({ kind: 'SERVER', parentSpanId: callerSpan });
    expect(agent).toMatchObject({ kind: 'INTERNAL', parentSpanId: request.spanId });
    expect(await spanNamed('retrieval runbooks')).toMatchObject({ parentSpanId: agent.spanId });
    expect(model).toMatchObject({ kind: 'CLIENT', parentSpanId: agent.spanId });
    const sent = ollama.journal.of('chat')[0]?.headers['traceparent'];
    expect(sent).toBe(`00-${callerTrace}-${model.spanId}-01`);
  });

  it('say what the conventions ask for', async () => {
    const { chat, ollama, spanNamed } = await start({ ENVIRONMENT: 'staging', OTEL_SERVICE_NAME: 'jamie-a' });
    ollama.script(ollamaAnswer(['Look ', 'at the logs.']));
    await chat({ message: alert }, { headers: { 'x-request-id': 'id-42' } });
    const request = await spanNamed('POST /chat');
    expect(request.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/chat',
      'http.response.status_code': 200,
      'url.scheme': 'http',
      'jamie.request_id': 'id-42',
    });
    expect(request.parentSpanId).toBe('');
    expect(request.status.code).toBe('UNSET');
    expect(request.resource).toMatchObject({
      'service.name': 'jamie-a',
      'service.version': expect.stringMatching(/^\d+\.\d+\.\d+$/),
      'deployment.environment.name': 'staging',
      'telemetry.sdk.language': 'nodejs',
    });
    const model = await spanNamed('chat bruno-sre');
    expect(model.attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'ollama',
      'gen_ai.request.model': 'bruno-sre',
      'gen_ai.request.max_tokens': 1024,
      'gen_ai.request.temperature': 0.2,
      'gen_ai.request.stream': true,
      'gen_ai.response.model': 'bruno-sre',
      'gen_ai.response.finish_reasons': ['stop'],
      'gen_ai.usage.input_tokens': expect.any(Number),
      'gen_ai.usage.output_tokens': expect.any(Number),
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(ollama.url).port),
    });
    const firstChunk = Number(model.attributes['gen_ai.response.time_to_first_chunk']);
    const seconds = Number(model.endTimeUnixNano - model.startTimeUnixNano) / 1e9;
    expect(firstChunk).toBeGreaterThan(0);
    expect(firstChunk).toBeLessThanOrEqual(seconds);
    expect(model.events.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['thinking', 'request sent']),
    );
    expect((await spanNamed('invoke_agent jamie')).attributes).toMatchObject({
      'gen_ai.agent.name': 'jamie',
      'jamie.surface': 'rest',
      'jamie.answered_by': 'model',
      'jamie.degraded': false,
    });
    const retrieval = await spanNamed('retrieval runbooks');
    expect(Number(retrieval.attributes['jamie.retrieval.found'])).toBeGreaterThan(0);
    expect(String(retrieval.attributes['jamie.retrieval.runbooks'])).toContain('KubePodCrashLooping.md');
  });

  it('end after the last word of a stream, not at its head', async () => {
    const { chat, ollama, spanNamed } = await start();
    ollama.script(ollamaAnswer(['slow ', 'words'], { chunkDelayMs: 150 }));
    await readEvents(await chat({ message: 'hm?' }, { headers: { accept: 'text/event-stream' } }));
    for (const name of ['POST /chat', 'invoke_agent jamie', 'chat bruno-sre']) {
      const span = await spanNamed(name);
      expect(Number(span.endTimeUnixNano - span.startTimeUnixNano) / 1e6).toBeGreaterThan(140);
    }
  });

  it('stay apart when questions wait for each other', async () => {
    const { chat, collector, ollama } = await start();
    ollama.script(ollamaAnswer('done', { firstChunkDelayMs: 100 }));
    await Promise.all(['a?', 'b?', 'c?'].map(async (message) => (await chat({ message })).json()));
    const ended = (name: string) => collector.spans.filter((span) => span.name === name);
    await collector.until(() => ended('POST /chat').length === 3);
    const requests = ended('POST /chat');
    expect(new Set(requests.map(({ traceId }) => traceId)).size).toBe(3);
    for (const { traceId } of requests) {
      expect(collector.spans.filter((span) => span.traceId === traceId)).toHaveLength(4);
    }
    const sent = ollama.journal.of('chat').map(({ headers }) => String(headers['traceparent']));
    const expected = ended('chat bruno-sre').map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`);
    expect(sent.toSorted()).toEqual(expected.toSorted());
    const queued = ended('chat bruno-sre').flatMap(({ events }) => events.map(({ name }) => name));
    expect(queued).toContain('queued');
  });
});

describe('what goes wrong', () => {
  it('is named in the span of the model, while the answer that the runbooks gave is no error', async () => {
    const { chat, ollama, spanNamed } = await start();
    ollama.script(ollamaFailures.modelMissing('bruno-sre'));
    expect((await chat({ message: alert })).status).toBe(200);
    const model = await spanNamed('chat bruno-sre');
    expect(model.attributes).toMatchObject({ 'error.type': 'OllamaModelNotFound' });
    expect(model.status).toMatchObject({ code: 'ERROR', message: expect.stringContaining('bruno-sre') });
    const agent = await spanNamed('invoke_agent jamie');
    expect(agent.attributes).toMatchObject({ 'jamie.answered_by': 'runbooks', 'jamie.degraded': true });
    expect([agent.status.code, (await spanNamed('POST /chat')).status.code]).toEqual(['UNSET', 'UNSET']);
  });

  it('is an error of the request when nothing can answer', async () => {
    const { chat, spanNamed } = await start({ OLLAMA_URL: nowhere });
    expect((await chat({ message: 'Xyzzy plugh?' })).status).toBe(503);
    const request = await spanNamed('POST /chat');
    expect(request.status.code).toBe('ERROR');
    expect(request.attributes).toMatchObject({ 'error.type': '503', 'http.response.status_code': 503 });
    expect((await spanNamed('invoke_agent jamie')).attributes['error.type']).toBe('NothingCanAnswer');
    expect((await spanNamed('chat bruno-sre')).attributes['error.type']).toBe('OllamaUnreachable');
  });

  it('shows each attempt', async () => {
    const { chat, ollama, spanNamed } = await start();
    ollama.next(ollamaFailures.cutAfter());
    expect((await chat({ message: 'hm?' })).status).toBe(200);
    const model = await spanNamed('chat bruno-sre');
    expect(model.events.filter(({ name }) => name === 'request sent').length).toBeGreaterThan(1);
    expect(model.status.code).toBe('UNSET');
  });

  it('is not the fault of anybody when the asker leaves', async () => {
    const { chat, ollama, spanNamed } = await start();
    ollama.script(ollamaFailures.stallAfter('first ', 'words'));
    const leaving = new AbortController();
    const arrived = ollama.journal.next('chat');
    const answer = chat({ message: 'hm?' }, { signal: leaving.signal }).catch(() => 'left');
    await arrived;
    leaving.abort();
    expect(await answer).toBe('left');
    const request = await spanNamed('POST /chat');
    expect(request.attributes['http.response.status_code']).toBe(499);
    for (const span of [request, await spanNamed('invoke_agent jamie'), await spanNamed('chat bruno-sre')]) {
      expect(span.status.code).toBe('UNSET');
      expect(span.attributes).not.toHaveProperty('error.type');
    }
    expect((await spanNamed('chat bruno-sre')).attributes['jamie.left_early']).toBe(true);
  });

  it('is told of refused requests, too, without their path', async () => {
    const { url, spanNamed, collector } = await start({ API_KEYS: 'k' });
    await fetch(`${url}/chat`, { method: 'POST' });
    expect((await spanNamed('POST /chat')).attributes['http.response.status_code']).toBe(401);
    await fetch(`${url}/oops/secret-path?token=secret-query`);
    expect((await spanNamed('GET')).attributes).toMatchObject({ 'http.response.status_code': 404 });
    expect(collector.everything).not.toMatch(/secret-/);
  });
});

describe('what is not traced', () => {
  it('probes and scrapes', async () => {
    const { url, metricsUrl, chat, spanNamed, collector } = await start();
    for (const path of ['/health', '/health/live', '/health/ready']) await fetch(url + path);
    await fetch(`${metricsUrl}/metrics`);
    await chat({ message: 'hm?' });
    await spanNamed('POST /chat');
    expect(
      collector.spans.every(({ attributes }) => !/health|metrics/.test(String(attributes['http.route']))),
    ).toBe(true);
  });

  it('what the sampler leaves out', async () => {
    const { chat, collector, close } = await start({ OTEL_TRACES_SAMPLER: 'always_off' });
    expect((await chat({ message: 'hm?' })).status).toBe(200);
    await close();
    expect(collector.spans).toEqual([]);
    expect(collector.metrics.length).toBeGreaterThan(0);
  });

  it('content, unless it is asked for', async () => {
    const { chat, collector, ollama, spanNamed } = await start();
    ollama.script(ollamaAnswer('answer-marker'));
    const ask = {
      message: 'question-marker',
      context: 'context-marker',
      conversation_id: 'conversation-marker',
    };
    await chat(ask, { headers: { authorization: 'Bearer key-marker', cookie: 'cookie-marker' } });
    await spanNamed('POST /chat');
    await spanNamed('chat bruno-sre');
    expect(collector.everything).not.toMatch(/-marker/);
  });

  it('secrets of the settings', async () => {
    const secrets = {
      LOGFIRE_TOKEN: 'logfire-secret',
      LOGFIRE_SEND_TO_LOGFIRE: 'false',
      API_KEYS: 'key-secret',
    };
    const { chat, collector, ollama, spanNamed, close } = await start(secrets);
    ollama.script(ollamaAnswer('fine'));
    await chat({ message: 'hm?' }, { headers: { authorization: 'Bearer key-secret' } });
    await spanNamed('POST /chat');
    await close();
    expect(collector.everything).not.toMatch(/-secret/);
    await start({ OLLAMA_URL: 'http://user:url-secret@127.0.0.1:1' });
    await jamie.chat({ message: 'hm?' });
    expect((await jamie.spanNamed('chat bruno-sre')).status.code).toBe('ERROR');
    expect(jamie.collector.everything).not.toMatch(/-secret/);
  });
});

describe('content', () => {
  it('is in the spans as the conventions want it, when it is asked for', async () => {
    const { chat, ollama, spanNamed } = await start({
      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: 'true',
    });
    ollama.script(ollamaAnswer(['the disk ', 'is full']));
    await chat({ message: 'why does it hang?' });
    const { attributes } = await spanNamed('chat bruno-sre');
    const asked: unknown = JSON.parse(String(attributes['gen_ai.input.messages']));
    expect(asked).toMatchObject([
      { role: 'system', parts: [{ type: 'text', content: expect.any(String) }] },
      { role: 'user', parts: [{ type: 'text', content: expect.stringContaining('why does it hang?') }] },
    ]);
    expect(JSON.parse(String(attributes['gen_ai.output.messages']))).toEqual([
      { role: 'assistant', parts: [{ type: 'text', content: 'the disk is full' }], finish_reason: 'stop' },
    ]);
    const retrieval = await spanNamed('retrieval runbooks');
    expect(retrieval.attributes['gen_ai.retrieval.query.text']).toBe('why does it hang?');
  });
});
