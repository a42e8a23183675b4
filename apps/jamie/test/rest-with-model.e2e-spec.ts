import { type OllamaJournalEntry, OllamaStandIn, ollamaAnswer, ollamaFailures, sumOf } from '@jamie/testing';
import { type AskInit, type TestJamie, bodyOf, readEvents, startTestJamie } from './harness';

let ollama: OllamaStandIn;
let jamie: TestJamie;

beforeEach(async () => {
  ollama = await OllamaStandIn.start({ parallel: 8 });
  jamie = await startTestJamie({
    OLLAMA_URL: ollama.url,
    OLLAMA_MAX_IN_FLIGHT: '8',
    OLLAMA_MAX_QUEUE: '2000',
  });
});
afterEach(async () => {
  await jamie.close();
  await ollama.stop();
});

const streaming = { headers: { accept: 'text/event-stream' } };

describe('POST /chat with a model', () => {
  it('answers with the model, its sources and its token counts', async () => {
    ollama.script(ollamaAnswer('Look at the previous logs [1].'));
    const response = await jamie.chat({
      message: 'KubePodCrashLooping is firing',
      conversation_id: 'incident-7',
    });
    expect(response.status).toBe(200);
    expect(await bodyOf(response)).toMatchObject({
      response: 'Look at the previous logs [1].',
      answered_by: 'model',
      degraded: false,
      model: 'bruno-sre',
      conversation_id: 'incident-7',
      usage: { prompt_tokens: expect.any(Number), completion_tokens: expect.any(Number) },
      sources: expect.arrayContaining([expect.objectContaining({ title: 'KubePodCrashLooping' })]),
    });
  });

  it('greets with the model when there is one', async () => {
    ollama.script(ollamaAnswer('Hello. What is broken?'));
    const body = await bodyOf(await jamie.chat({ message: 'Hello Jamie' }));
    expect(body).toMatchObject({ answered_by: 'model', sources: [], degraded: false });
  });

  it('remembers a conversation by its id', async () => {
    ollama.script(ollamaAnswer('noted'));
    await jamie.chat({ message: 'the host is db-7', conversation_id: 'c' });
    await jamie.chat({ message: 'which host?', conversation_id: 'c' });
    await jamie.chat({ message: 'which host?', conversation_id: 'other' });
    const [, second, third] = ollama.journal.of('chat').map(({ body }) => JSON.stringify(body));
    expect(second).toContain('db-7');
    expect(third).not.toContain('db-7');
  });

  it('streams text while the model still writes', async () => {
    ollama.script(ollamaFailures.stallAfter('first ', 'words'));
    const stop = new AbortController();
    const response = await jamie.chat({ message: 'hm?' }, { ...streaming, signal: stop.signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('words')) text += (await reader?.read())?.value ?? '';
    expect(text).toContain('event: text-delta\ndata: {"text":"first ');
    expect(text).not.toContain('event: finish');
    stop.abort();
  });

  it('finishes from the runbook when the model breaks in mid-stream, without losing a word', async () => {
    ollama.script(ollamaFailures.cutAfter('Half an ', 'answer'));
    const events = await readEvents(await jamie.chat({ message: 'KubePodCrashLooping' }, streaming));
    const finish = events.at(-1)?.data ?? {};
    expect(finish).toMatchObject({ answered_by: 'runbooks', degraded: true });
    expect(finish['response']).toMatch(/^Half an answer\n\n---\n\n\*\*The model stopped/);
    const streamed = events.flatMap(({ event, data }) => (event === 'text-delta' ? [data['text']] : []));
    expect(streamed.join('')).toBe(finish['response']);
  });

  it.each([
    ['missing', ollamaFailures.modelMissing('bruno-sre'), /ollama create bruno-sre/],
    ['answering garbage', ollamaFailures.proxyError(), /./],
    ['out of memory', ollamaFailures.outOfMemory(), /./],
  ])('falls back to the runbook when the model is %s, and says why', async (_name, failure, reason) => {
    ollama.script(failure);
    const body = await bodyOf(await jamie.chat({ message: 'KubePodCrashLooping' }));
    expect(body).toMatchObject({ answered_by: 'runbooks', degraded: true });
    expect(body.degraded_reason).toMatch(reason);
    expect(body.response).not.toMatch(/node_modules|TypeError|\n {4}at /);
  });
});

describe('a client that leaves', () => {
  const leave = async (init: AskInit): Promise<OllamaJournalEntry> => {
    const stop = new AbortController();
    const arrived = ollama.journal.next('chat');
    const asking = jamie
      .chat({ message: 'hm?' }, { ...init, signal: stop.signal })
      .then((response) => response.text());
    const entry = await arrived;
    stop.abort();
    await expect(asking).rejects.toThrow(/abort/i);
    return entry;
  };

  it.each([
    ['JSON', {}],
    ['stream', streaming],
  ])('stops the model (%s), and counts as 499 alone', async (_name, init) => {
    ollama.script(ollamaFailures.stallAfter('a'));
    const entry = await leave(init);
    await ollama.journal.until(() => entry.state === 'cancelled');
    const samples = await jamie.metrics();
    expect(sumOf(samples, 'http_requests_total', { route: '/chat', status: 499 })).toBe(1);
    expect(sumOf(samples, 'http_requests_total', { route: '/chat' })).toBe(1);
    expect(sumOf(samples, 'api_chat_requests_total')).toBe(0);
    expect(sumOf(samples, 'ollama_cancelled_total')).toBe(1);
    expect(sumOf(samples, 'ollama_requests_total')).toBe(0);
  });
});

describe('the metrics', () => {
  it('equal what happened, after a thousand mixed requests', async () => {
    const behaviours = [
      ollamaAnswer('fine, all is well'),
      ollamaFailures.runnerDiedAfter('a '),
      ollamaAnswer('also fine'),
      ollamaFailures.badRequest(),
      ollamaFailures.noDoneAfter('b '),
    ];
    let turn = 0;
    ollama.script(() => behaviours[(turn += 1) % behaviours.length] ?? ollamaAnswer('x'));
    const statuses: Record<string, number> = {};
    const ask = async (number: number): Promise<void> => {
      const message = number % 10 === 0 ? '' : number % 3 === 0 ? 'KubePodCrashLooping' : 'xyzzy plugh';
      const response = await jamie.chat({ message });
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
      await response.arrayBuffer();
    };
    for (let batch = 0; batch < 20; batch += 1) {
      await Promise.all(Array.from({ length: 50 }, (_, at) => ask(batch * 50 + at)));
    }
    const samples = await jamie.metrics();
    for (const [status, count] of Object.entries(statuses)) {
      expect(sumOf(samples, 'http_requests_total', { route: '/chat', status })).toBe(count);
    }
    const success = sumOf(samples, 'api_chat_requests_total', { status: 'success' });
    expect(success).toBe(statuses['200']);
    expect(success + sumOf(samples, 'api_chat_requests_total', { status: 'error' })).toBe(1000);
    expect(sumOf(samples, 'api_chat_request_duration_seconds_count')).toBe(1000);
    const attempts = ollama.journal.count('chat');
    const of = (status: string): number => sumOf(samples, 'ollama_requests_total', { status });
    expect(of('success') + of('error')).toBe(attempts);
    expect(of('success')).toBe(ollama.journal.of('chat').filter(({ answered }) => answered).length);
    expect(sumOf(samples, 'ollama_errors_total')).toBe(of('error'));
    expect(sumOf(samples, 'ollama_request_duration_seconds_count')).toBe(attempts);
    expect(sumOf(samples, 'ollama_requests_in_flight')).toBe(0);
  }, 180_000);
});

describe('a full queue', () => {
  it('turns the next one away at once: a runbook where one fits, else 503 with Retry-After', async () => {
    const small = await startTestJamie({
      OLLAMA_URL: ollama.url,
      OLLAMA_MAX_IN_FLIGHT: '1',
      OLLAMA_MAX_QUEUE: '0',
    });
    try {
      ollama.script(ollamaFailures.stallAfter('a'));
      const stop = new AbortController();
      const arrived = ollama.journal.next('chat');
      const first = small.chat({ message: 'hm?' }, { signal: stop.signal }).catch(() => undefined);
      await arrived;
      const refused = await small.chat({ message: 'xyzzy plugh' });
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      const fromRunbook = await small.chat({ message: 'KubePodCrashLooping' });
      expect(await bodyOf(fromRunbook)).toMatchObject({ answered_by: 'runbooks', degraded: true });
      stop.abort();
      await first;
      const samples = await small.metrics();
      expect(sumOf(samples, 'ollama_requests_total', { status: 'rejected' })).toBe(2);
      expect(sumOf(samples, 'jamie_degraded_answers_total', { surface: 'rest' })).toBe(1);
    } finally {
      await small.close();
    }
  });
});

describe('deadlines', () => {
  it('a model that never answers becomes 504 when no runbook fits', async () => {
    const impatient = await startTestJamie({ OLLAMA_URL: ollama.url, OLLAMA_FIRST_TOKEN_TIMEOUT_MS: '50' });
    try {
      ollama.script(ollamaFailures.hang());
      const response = await impatient.chat({ message: 'xyzzy plugh' });
      expect(response.status).toBe(504);
      expect((await bodyOf(response)).message).toContain('0.05');
    } finally {
      await impatient.close();
    }
  });
});
