import { OllamaStandIn, ollamaAnswer, sumOf } from '@jamie/testing';
import { type TestJamie, bodyOf, startTestJamie } from './harness';

const flood = 100;
const queue = 10;

describe('far more questions than the model can take', () => {
  let jamie: TestJamie;
  let ollama: OllamaStandIn;
  let letGo: () => void;

  beforeAll(async () => {
    ollama = await OllamaStandIn.start();
    jamie = await startTestJamie({
      OLLAMA_URL: ollama.url,
      OLLAMA_MAX_QUEUE: String(queue),
      API_KEYS: 'greedy,modest',
    });
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    ollama.next(ollamaAnswer('held', { endAfter: held }));
    ollama.script(ollamaAnswer('fine'));
  });
  afterAll(async () => {
    letGo();
    await jamie.close();
    await ollama.stop();
  });

  const refused: Response[] = [];
  async function ask(key: string): Promise<number> {
    const headers = { authorization: `Bearer ${key}` };
    const response = await jamie.chat({ message: `${key}: xyzzy plugh` }, { headers });
    if (response.ok) await response.arrayBuffer();
    else refused.push(response);
    return response.status;
  }

  async function refusals(count: number): Promise<void> {
    while (refused.length < count) await new Promise(setImmediate);
  }

  const waiting = async () => sumOf(await jamie.metrics(), 'ollama_queue_depth');

  it('are refused at once, politely, and nobody keeps the others out', async () => {
    const first = ask('greedy');
    await ollama.journal.until((journal) => journal.count('chat') === 1);
    const greedy = Array.from({ length: flood }, () => ask('greedy'));
    await refusals(flood - queue);
    expect(await waiting()).toBe(queue);
    for (const path of ['/health', '/health/live', '/health/ready']) {
      expect((await fetch(jamie.url + path)).status).toBe(200);
    }
    const modest = [ask('modest'), ask('modest')];
    await refusals(flood - queue + 2);
    letGo();
    expect(await Promise.all([first, ...modest])).toEqual([200, 200, 200]);
    expect((await Promise.all(greedy)).filter((status) => status === 200)).toHaveLength(queue - 2);
    expect(await waiting()).toBe(0);
  });

  it('are told when to come again', async () => {
    for (const response of refused) {
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
      expect((await bodyOf(response)).message).toContain(`${queue} questions wait already; ask again`);
    }
  });

  it('are served in turns', () => {
    const asked = ollama.journal
      .of('chat')
      .map(({ body }) => /(greedy|modest): /u.exec(JSON.stringify(body))?.[1]);
    expect(asked.slice(0, 6)).toEqual(['greedy', 'greedy', 'modest', 'greedy', 'modest', 'greedy']);
  });

  it('are counted, each once', async () => {
    const samples = await jamie.metrics();
    expect(sumOf(samples, 'ollama_requests_total', { status: 'rejected' })).toBe(flood - queue + 2);
    expect(sumOf(samples, 'ollama_requests_total', { status: 'success' })).toBe(queue + 1);
    expect(sumOf(samples, 'api_chat_requests_total')).toBe(flood + 3);
  });
});
