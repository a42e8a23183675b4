import { sumOf } from '@jamie/testing';
import * as fc from 'fast-check';
import { z } from 'zod';
import { chatResponse } from '../src/chat/chat-response';
import { feedbackResponse } from '../src/feedback/feedback-request';
import { chatCompletion, openAiError } from '../src/openai/completion-response';
import { type TestJamie, startTestJamie } from './harness';

// Starting an application takes long on a busy machine.
jest.setTimeout(120_000);

const runs = { numRuns: 120 };
const completions = '/v1/chat/completions';

const anyText = fc.string({ unit: 'binary', maxLength: 200 });
const aQuestion = fc.oneof(fc.constant('KubePodCrashLooping'), anyText);
const junk = fc.oneof(
  fc.jsonValue(),
  anyText,
  fc.constantFrom(null, [], {}, 0, 2, true, 'none', '__proto__'),
);

/** Half of them are sound, so that what is behind the first check is met as well. */
function spoiled(sound: fc.Arbitrary<object>, fields: readonly string[]): fc.Arbitrary<unknown> {
  const spoil = fc.dictionary(fc.constantFrom(...fields), junk, { minKeys: 1, maxKeys: 3 });
  const some = fc.tuple(sound, spoil).map(([body, wrong]) => ({ ...body, ...wrong }));
  return fc.oneof(
    { weight: 5, arbitrary: sound },
    { weight: 4, arbitrary: some },
    { weight: 1, arbitrary: junk },
  );
}

const part = fc.record({ type: fc.constant('text'), text: anyText });
const content = fc.oneof(aQuestion, fc.array(part, { maxLength: 3 }));
const role = fc.constantFrom('user', 'assistant', 'system', 'developer', 'tool');
const message = spoiled(fc.record({ role, content }), ['role', 'content', 'name']);
const asked = fc.record({ role: fc.constant('user'), content: aQuestion });
const conversation = fc
  .tuple(fc.array(fc.record({ role, content })), asked)
  .map(([earlier, last]) => [...earlier, last]);
const completion = spoiled(
  fc.record(
    { messages: conversation, model: fc.constant('jamie'), stream: fc.boolean(), n: fc.constant(1) },
    { requiredKeys: ['messages'] },
  ),
  ['n', 'stream', 'stream_options', 'model', 'tools', 'tool_choice', 'response_format', 'stop', 'messages'],
);
const spoiledMessages = fc.record({ messages: fc.array(message, { maxLength: 4 }) });
const feedback = spoiled(
  fc.record(
    { answer_id: fc.uuid(), verdict: fc.constantFrom('good', 'bad'), reason: anyText },
    { requiredKeys: ['answer_id', 'verdict'] },
  ),
  ['answer_id', 'verdict', 'reason', 'constructor'],
);
const chat = spoiled(
  fc.record(
    { message: aQuestion, context: anyText, conversation_id: fc.uuid() },
    { requiredKeys: ['message'] },
  ),
  ['message', 'context', 'conversation_id', 'toString'],
);

const error = z.strictObject({
  statusCode: z.int(),
  error: z.string(),
  message: z.string().min(1),
  request_id: z.string(),
});
// The model is not there, so what is answered comes from the runbooks or is the introduction.
const statuses = [200, 400, 404, 503];

/** How often each status was answered. */
type Tally = Map<number, number>;

describe('whatever a body holds', () => {
  let jamie: TestJamie;
  beforeAll(async () => {
    jamie = await startTestJamie();
  });
  afterAll(() => jamie.close());

  /** Sends many bodies to a route; each must be answered by one of its schemas. */
  async function holds(path: string, bodies: fc.Arbitrary<unknown>, answer: z.ZodType, failure: z.ZodType) {
    const tally: Tally = new Map();
    const property = fc.asyncProperty(bodies, async (body) => {
      const response = await jamie.post(path, body);
      const { status } = response;
      tally.set(status, (tally.get(status) ?? 0) + 1);
      const text = await response.text();
      expect(statuses).toContain(status);
      expect(text).not.toMatch(/node_modules\/|\bat \S+ \(\S+:\d+:\d+\)|TypeError/);
      expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
      if (response.headers.get('content-type') !== 'text/event-stream; charset=utf-8')
        (status === 200 ? answer : failure).parse(JSON.parse(text));
    });
    await fc.assert(property, runs);
    return tally;
  }

  async function counted(path: string, tally: Tally): Promise<number> {
    const samples = await jamie.metrics();
    for (const [status, count] of tally) {
      expect([status, sumOf(samples, 'http_requests_total', { route: path, status })]).toEqual([
        status,
        count,
      ]);
    }
    return [...tally.values()].reduce((sum, count) => sum + count, 0);
  }

  it('a completion or an error in the words of OpenAI comes back, and each is counted', async () => {
    const tally = await holds(
      completions,
      fc.oneof(completion, spoiledMessages),
      chatCompletion,
      openAiError,
    );
    const total = await counted(completions, tally);
    const samples = await jamie.metrics();
    expect(sumOf(samples, 'openai_chat_requests_total', { status: 'success' })).toBe(tally.get(200) ?? 0);
    expect(sumOf(samples, 'openai_chat_requests_total')).toBe(total);
    expect(sumOf(samples, 'api_chat_requests_total')).toBe(0);
  });

  it('feedback is taken or refused, and each is counted', async () => {
    const tally = await holds('/feedback', feedback, feedbackResponse, error);
    await counted('/feedback', tally);
    expect(sumOf(await jamie.metrics(), 'jamie_feedback_total')).toBe(tally.get(200) ?? 0);
  });

  it('a question is answered or refused, and each is counted', async () => {
    const tally = await holds('/chat', chat, chatResponse, error);
    const total = await counted('/chat', tally);
    expect(sumOf(await jamie.metrics(), 'api_chat_requests_total')).toBe(total);
  });
});
