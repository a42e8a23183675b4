import { OllamaStandIn, ollamaAnswer, ollamaFailures, sumOf } from '@jamie/testing';
import OpenAI, { APIError } from 'openai';
import { type TestJamie, bodyOf, nowhere, startTestJamie } from './harness';

// Starting an application takes long on a busy machine.
jest.setTimeout(120_000);

const crashLooping = 'KubePodCrashLooping is firing';
const answerText = 'Look at the previous logs [1].';
const footer = /\n\n---\n\n\*\*Sources\*\*\n\n- \[1\] KubePodCrashLooping/;

const clientOf = (jamie: TestJamie, apiKey = 'none'): OpenAI =>
  new OpenAI({ baseURL: `${jamie.url}/v1`, apiKey, maxRetries: 0 });

const ask = (content: string) => ({ model: 'jamie', messages: [{ role: 'user' as const, content }] });

/** What a request fails with. */
async function failureOf(request: PromiseLike<unknown>): Promise<APIError> {
  const outcome = await Promise.resolve(request).catch((thrown: unknown) => thrown);
  if (outcome instanceof APIError) return outcome;
  throw new Error(`it did not fail as expected: ${String(outcome)}`);
}

describe('the official client', () => {
  let ollama: OllamaStandIn;
  let jamie: TestJamie;
  let client: OpenAI;
  beforeAll(async () => {
    ollama = await OllamaStandIn.start({ parallel: 8 });
    jamie = await startTestJamie({ OLLAMA_URL: ollama.url, OLLAMA_MAX_IN_FLIGHT: '8' });
    client = clientOf(jamie);
  });
  afterAll(async () => {
    await jamie.close();
    await ollama.stop();
  });
  beforeEach(() => ollama.script(ollamaAnswer(answerText)));

  const lastPrompt = (): { readonly role: string; readonly content: string }[] =>
    JSON.parse(JSON.stringify(ollama.journal.of('chat').at(-1)?.body)).messages;

  async function streamed(content: string, more: object = {}) {
    const stream = await client.chat.completions.create({ ...ask(content), ...more, stream: true });
    const chunks: OpenAI.ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    return { chunks, text };
  }

  it('is given an answer with its sources at the end, and what the model counted', async () => {
    const request = client.chat.completions.create(ask(crashLooping));
    const { data: completion, request_id: requestId } = await request.withResponse();
    expect(completion).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-[\w-]{36}$/),
      object: 'chat.completion',
      model: 'jamie',
      system_fingerprint: expect.stringMatching(/^fp_[0-9a-f]{8}$/),
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', refusal: null } }],
    });
    expect(completion.choices[0]?.message.content).toMatch(
      new RegExp(`^Look at the previous logs \\[1\\]\\.${footer.source}`),
    );
    const { prompt_tokens, completion_tokens, total_tokens } = completion.usage ?? {};
    expect(total_tokens).toBe(Number(prompt_tokens) + Number(completion_tokens));
    expect(completion_tokens).toBeGreaterThan(0);
    expect(requestId).toMatch(/^[\w-]{36}$/);
  });

  it('streams the text of POST /chat for the same question, and then its sources', async () => {
    const { response } = await bodyOf(await jamie.chat({ message: crashLooping }));
    const whole = (await client.chat.completions.create(ask(crashLooping))).choices[0]?.message.content;
    const { chunks, text } = await streamed(crashLooping);
    expect(text).toBe(whole);
    expect(text.replace(/\n\n---\n\n\*\*Sources\*\*[^]*$/, '')).toBe(response);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.filter(({ usage }) => usage !== undefined)).toEqual([]);
  });

  it('is told the usage of a stream when it asks for it, in a last event of its own', async () => {
    const { chunks } = await streamed(crashLooping, { stream_options: { include_usage: true } });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
  });

  it('has its stream ended as OpenAI ends one', async () => {
    const body = { ...ask(crashLooping), stream: true };
    const response = await jamie.post('/v1/chat/completions', body);
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect((await response.text()).endsWith('\n\ndata: [DONE]\n\n')).toBe(true);
  });

  it('works through the helpers of the client as well', async () => {
    const runner = client.chat.completions.stream(ask(crashLooping));
    expect(await runner.finalContent()).toMatch(footer);
    expect((await runner.finalChatCompletion()).choices[0]?.finish_reason).toBe('stop');
  });

  it('keeps the conversation itself: what was said before is passed on, without the sources below it', async () => {
    const first = await client.chat.completions.create(ask(crashLooping));
    await client.chat.completions.create({
      model: 'jamie',
      messages: [
        { role: 'system', content: 'The cluster is called blue.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'KubePodCrashLooping' },
            { type: 'text', text: 'is firing' },
          ],
        },
        { role: 'assistant', content: first.choices[0]?.message.content ?? '' },
        { role: 'user', content: 'and then?' },
      ],
    });
    const [system, user, assistant, last] = lastPrompt();
    expect(system?.content).not.toContain('blue');
    expect([user, assistant]).toEqual([
      { role: 'user', content: 'KubePodCrashLooping\nis firing' },
      { role: 'assistant', content: answerText },
    ]);
    expect(last?.content).toContain('<context>\nThe cluster is called blue.\n</context>');
    expect(last?.content).toContain('KubePodCrashLooping');
    expect(last?.content).toMatch(/Question: and then\?$/);
  });

  it('may paste a whole file: both its ends are the question, all of it is context', async () => {
    await client.chat.completions.create(ask(`why?\n${'log line\n'.repeat(10_000)}that is all`));
    const last = lastPrompt().at(-1)?.content ?? '';
    expect(last).toMatch(/Question: why\?\nlog line[^]+\[…\][^]+that is all$/);
    expect(last).toContain('<context>\nwhy?\nlog line');
  });

  it('may send what only tunes a model', async () => {
    const tuned = {
      temperature: 1,
      top_p: 0.5,
      n: 1,
      stop: ['x'],
      max_tokens: 5,
      seed: 7,
      user: 'me',
      tools: [],
    };
    const completion = await client.chat.completions.create({
      ...ask(crashLooping),
      ...tuned,
      logit_bias: null,
    });
    expect(completion.choices[0]?.message.content).toMatch(footer);
  });

  it('gives feedback on a completion by its id', async () => {
    const { id } = await client.chat.completions.create(ask(crashLooping));
    expect((await jamie.post('/feedback', { answer_id: id, verdict: 'good' })).status).toBe(200);
  });

  it('lists one model, and finds it by its own name and by that of the model behind it', async () => {
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['jamie']);
    expect(await client.models.retrieve('jamie')).toMatchObject({ id: 'jamie', object: 'model' });
    expect((await client.models.retrieve('bruno-sre')).id).toBe('bruno-sre');
    const asked = { ...ask(crashLooping), model: 'bruno-sre' };
    expect((await client.chat.completions.create(asked)).model).toBe('bruno-sre');
  });

  it.each<[string, object, object]>([
    ['another model', { model: 'gpt-x' }, { status: 404, code: 'model_not_found', param: 'model' }],
    [
      'tools',
      { tools: [{ type: 'function', function: { name: 'f' } }] },
      { code: 'unsupported_value', param: 'tools' },
    ],
    ['several answers', { n: 2 }, { code: 'unsupported_value', param: 'n' }],
    [
      'a schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'x' } } },
      { param: 'response_format' },
    ],
    ['probabilities', { logprobs: true }, { param: 'logprobs' }],
    ['sound', { modalities: ['text', 'audio'] }, { param: 'modalities' }],
    ['no messages', { messages: [] }, { code: 'invalid_value', param: 'messages' }],
    ['no question', { messages: [{ role: 'assistant', content: 'hi' }] }, { param: 'messages[0]' }],
    ['an empty question', { messages: [{ role: 'user', content: ' ' }] }, { param: 'messages[0]' }],
    ['an unknown role', { messages: [{ role: 'king', content: 'x' }] }, { param: 'messages[0].role' }],
    [
      'a picture',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }] },
      { param: 'messages[0].content[0]' },
    ],
  ])('is told in its own words that %s cannot be had', async (_what, wrong, expected) => {
    const request = { ...ask(crashLooping), ...wrong };
    const failure = await failureOf(client.chat.completions.create(request));
    expect(failure).toMatchObject({ status: 400, type: 'invalid_request_error', ...expected });
    expect(failure.message).toMatch(/[a-z]+/);
  });

  it('is told so of a body that is no JSON, too large, or no body at all, and of an unknown address', async () => {
    const url = `${jamie.url}/v1/chat/completions`;
    const headers = { 'content-type': 'application/json' };
    const huge = JSON.stringify(ask('x'.repeat(1_100_000)));
    const responses = [
      await fetch(url, { method: 'POST', headers, body: '{"messages":' }),
      await fetch(url, { method: 'POST', headers, body: huge }),
      await fetch(url, { method: 'POST', body: 'text' }),
      await fetch(url),
      await fetch(`${jamie.url}/v1/embeddings`, { method: 'POST', headers, body: '{}' }),
    ];
    expect(responses.map(({ status }) => status)).toEqual([400, 413, 415, 405, 404]);
    for (const response of responses) {
      expect(JSON.parse(await response.text())).toEqual({
        error: {
          message: expect.stringMatching(/\.$/),
          type: 'invalid_request_error',
          param: null,
          code: response.status === 413 ? 'request_too_large' : null,
        },
      });
    }
  });

  it('is answered from the runbooks when the model breaks in mid-stream, without losing a word', async () => {
    ollama.script(ollamaFailures.cutAfter('Half an ', 'answer'));
    const { chunks, text } = await streamed(crashLooping);
    expect(text).toMatch(/^Half an answer\n\n---\n\n\*\*The model stopped in the middle of its answer\.\*\*/);
    expect(text).toMatch(footer);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
  });

  it('stops the model by leaving, and counts as 499 alone', async () => {
    ollama.script(ollamaFailures.stallAfter('a'));
    const before = await jamie.metrics();
    const arrived = ollama.journal.next('chat');
    const stream = await client.chat.completions.create({ ...ask('hm?'), stream: true });
    const entry = await arrived;
    stream.controller.abort();
    await ollama.journal.until(() => entry.state === 'cancelled', 20_000);
    const after = await jamie.metrics();
    const grown = (name: string, labels = {}) => sumOf(after, name, labels) - sumOf(before, name, labels);
    expect(grown('http_requests_total', { route: '/v1/chat/completions', status: 499 })).toBe(1);
    expect(grown('openai_chat_requests_total')).toBe(0);
    expect(grown('ollama_cancelled_total')).toBe(1);
  });

  it('is counted apart from POST /chat, one for each request that was answered', async () => {
    const samples = await jamie.metrics();
    const route = '/v1/chat/completions';
    const answered = (status: number) =>
      sumOf(samples, 'http_requests_total', { route, method: 'POST', status });
    const success = sumOf(samples, 'openai_chat_requests_total', { status: 'success' });
    expect(success).toBe(answered(200));
    const errors = [400, 404, 413, 415].map(answered).reduce((sum, count) => sum + count);
    // The 405 came before the counter, as for POST /chat.
    expect(sumOf(samples, 'openai_chat_requests_total', { status: 'error' })).toBe(errors);
    expect(sumOf(samples, 'openai_chat_request_duration_seconds_count')).toBe(success + errors);
    expect(sumOf(samples, 'api_chat_requests_total')).toBe(1);
    expect(sumOf(samples, 'http_requests_total', { route: '/v1/models/{model}', status: 200 })).toBe(2);
    expect(sumOf(samples, 'jamie_degraded_answers_total', { surface: 'openai' })).toBe(1);
  });
});

describe('the official client, where the model is not there', () => {
  it('is answered from the runbooks and told so, or gets a status with the time to try again', async () => {
    const jamie = await startTestJamie({ OLLAMA_URL: nowhere });
    try {
      const client = clientOf(jamie);
      const completion = await client.chat.completions.create(ask(crashLooping));
      expect(completion.choices[0]?.message.content).toMatch(/^\*\*The model is not available\*\*/);
      expect(completion.usage?.total_tokens).toBe(0);
      for (const stream of [false, true]) {
        const failure = await failureOf(client.chat.completions.create({ ...ask('xyzzy plugh'), stream }));
        expect(failure).toMatchObject({ status: 503, type: 'server_error', code: 'service_unavailable' });
        expect(Number(failure.headers?.get('retry-after'))).toBeGreaterThan(0);
        expect(failure.message).toContain('Neither the model nor the runbooks can answer this');
      }
    } finally {
      await jamie.close();
    }
  });
});

describe('the official client, where keys are asked for', () => {
  it('is told of a wrong key, and of its limit, which POST /chat shares', async () => {
    const jamie = await startTestJamie({ API_KEYS: 'right', RATE_LIMIT_PER_MINUTE: '2' });
    try {
      const stranger = clientOf(jamie, 'wrong');
      for (const request of [stranger.models.list(), stranger.chat.completions.create(ask(crashLooping))]) {
        expect(await failureOf(request)).toMatchObject({ status: 401, code: 'invalid_api_key' });
      }
      const client = clientOf(jamie, 'right');
      await client.models.list();
      await client.chat.completions.create(ask(crashLooping));
      await jamie.chat({ message: crashLooping }, { headers: { authorization: 'Bearer right' } });
      const failure = await failureOf(client.chat.completions.create(ask(crashLooping)));
      expect(failure).toMatchObject({ status: 429, type: 'rate_limit_error', code: 'rate_limit_exceeded' });
      expect(Number(failure.headers?.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await jamie.close();
    }
  });
});
