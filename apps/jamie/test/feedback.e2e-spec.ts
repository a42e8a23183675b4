import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OllamaStandIn, ollamaAnswer, sumOf } from '@jamie/testing';
import { run } from './cli/command-line';
import { type TestJamie, bodyOf, readEvents, startTestJamie } from './harness';

// Starting an application takes long on a busy machine.
jest.setTimeout(120_000);

const streaming = { headers: { accept: 'text/event-stream' } };

async function give(jamie: TestJamie, feedback: unknown) {
  const response = await jamie.post('/feedback', feedback);
  return { status: response.status, body: await bodyOf(response) };
}

async function answerIdOf(response: Response): Promise<string> {
  const { answer_id: id } = JSON.parse(await response.text());
  return String(id);
}

describe('POST /feedback where feedback is kept', () => {
  let folder: string;
  let ollama: OllamaStandIn;
  let jamie: TestJamie;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'jamie-feedback-'));
    ollama = await OllamaStandIn.start();
    jamie = await startTestJamie({ OLLAMA_URL: ollama.url, FEEDBACK_FILE: join(folder, 'feedback.jsonl') });
    ollama.script(ollamaAnswer('Look at the previous logs [1].'));
  });
  afterAll(async () => {
    await jamie.close();
    await ollama.stop();
    rmSync(folder, { recursive: true });
  });
  const records = () =>
    readFileSync(join(folder, 'feedback.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line): Record<string, unknown> => JSON.parse(line));

  it('keeps it beside the question and the answer, readable by the owner alone', async () => {
    const ask = { message: 'KubePodCrashLooping is firing', context: 'the secret log', conversation_id: 'f' };
    const answerId = await answerIdOf(await jamie.chat(ask));
    const feedback = { answer_id: answerId, verdict: 'good', reason: ' found it at once ' };
    const { status, body } = await give(jamie, feedback);
    expect([status, body]).toEqual([200, { answer_id: answerId, verdict: 'good', stored: true }]);
    expect(statSync(join(folder, 'feedback.jsonl')).mode & 0o777).toBe(0o600);
    expect(records().at(-1)).toMatchObject({
      answer_id: answerId,
      verdict: 'good',
      reason: 'found it at once',
      surface: 'rest',
      question: 'KubePodCrashLooping is firing',
      earlier_turns: 0,
      answer: 'Look at the previous logs [1].',
      answered_by: 'model',
      degraded: false,
      sources: expect.arrayContaining([expect.objectContaining({ title: 'KubePodCrashLooping' })]),
      model: 'bruno-sre',
      prompt_version: expect.stringMatching(/^[0-9a-f]{8}$/),
      version: expect.any(String),
    });
    expect(JSON.stringify(records())).not.toContain('secret log');
  });

  it('knows a streamed answer, and tells a follow-up question from a first one', async () => {
    const events = await readEvents(
      await jamie.chat({ message: 'and then?', conversation_id: 'f' }, streaming),
    );
    const answerId = events.at(-1)?.data['answer_id'];
    expect((await give(jamie, { answer_id: answerId, verdict: 'bad' })).body).toMatchObject({ stored: true });
    expect(records().at(-1)).toMatchObject({ question: 'and then?', verdict: 'bad', earlier_turns: 2 });
    expect(records().at(-1)).not.toHaveProperty('reason');
  });

  it('becomes an evaluation set with `jamie eval export`', async () => {
    const FEEDBACK_FILE = join(folder, 'feedback.jsonl');
    const { code, out, err } = await run(['eval', 'export'], { env: { FEEDBACK_FILE } });
    expect([code, JSON.parse(out)]).toEqual([
      0,
      [{ question: 'KubePodCrashLooping is firing', expect: ['KubePodCrashLooping'] }],
    ]);
    expect(err).toMatch(
      /^Questions from good answers: 1; bad answers to review: 0\. Left out: follow-ups 1,/,
    );
    expect(await run(['eval', 'export', '--review', FEEDBACK_FILE])).toMatchObject({ code: 0, out: '[]\n' });
  });

  it('only counts what is said of an answer that it does not know', async () => {
    const before = records().length;
    const { status, body } = await give(jamie, { answer_id: 'never-given', verdict: 'bad' });
    expect([status, body]).toMatchObject([200, { stored: false }]);
    expect(records()).toHaveLength(before);
  });

  it.each([
    [{}, /answer_id must be a string; verdict must be "good" or "bad"/],
    [[], /the body must be a JSON object with the fields "answer_id" and "verdict"/],
    [{ answer_id: 'a', verdict: 'up' }, /verdict must be "good" or "bad"/],
    [{ answer_id: '../x', verdict: 'good' }, /answer_id must be the answer_id of an answer/],
    [{ answer_id: 'a', verdict: 'good', reason: 'x'.repeat(2001) }, /reason must be at most 2000 characters/],
    [{ answer_id: 'a', verdict: 'good', stars: 5 }, /unknown field "stars"/],
  ])('%j is 400 and names what is wrong', async (feedback, sentence) => {
    const { status, body } = await give(jamie, feedback);
    expect(status).toBe(400);
    expect(body.message).toMatch(sentence);
  });

  it('counts exactly what was taken', async () => {
    const samples = await jamie.metrics();
    expect(sumOf(samples, 'jamie_feedback_total', { surface: 'rest', verdict: 'good' })).toBe(1);
    expect(sumOf(samples, 'jamie_feedback_total', { surface: 'rest', verdict: 'bad' })).toBe(2);
    expect(sumOf(samples, 'http_requests_total', { route: '/feedback', status: 200 })).toBe(3);
    expect(sumOf(samples, 'http_requests_total', { route: '/feedback', status: 400 })).toBe(6);
    expect(sumOf(samples, 'jamie_feedback_lost_total')).toBe(0);
    expect(sumOf(samples, 'api_chat_requests_total')).toBe(2);
  });
});

describe('POST /feedback where the disk is full', () => {
  it('answers, says that nothing was kept, and counts what was lost', async () => {
    const jamie = await startTestJamie({ FEEDBACK_FILE: '/dev/full' });
    try {
      const answerId = await answerIdOf(await jamie.chat({ message: 'KubePodCrashLooping' }));
      for (const verdict of ['good', 'bad']) {
        const { status, body } = await give(jamie, { answer_id: answerId, verdict });
        expect([status, body]).toMatchObject([200, { stored: false }]);
      }
      const samples = await jamie.metrics();
      expect(sumOf(samples, 'jamie_feedback_lost_total')).toBe(2);
      expect(sumOf(samples, 'jamie_feedback_total')).toBe(2);
    } finally {
      await jamie.close();
    }
  });
});

describe('POST /feedback where feedback is not kept', () => {
  it('counts it', async () => {
    const jamie = await startTestJamie();
    try {
      const answerId = await answerIdOf(await jamie.chat({ message: 'KubePodCrashLooping' }));
      const { status, body } = await give(jamie, { answer_id: answerId, verdict: 'good' });
      expect([status, body]).toEqual([200, { answer_id: answerId, verdict: 'good', stored: false }]);
      expect(sumOf(await jamie.metrics(), 'jamie_feedback_total', { surface: 'rest', verdict: 'good' })).toBe(
        1,
      );
    } finally {
      await jamie.close();
    }
  });
});
