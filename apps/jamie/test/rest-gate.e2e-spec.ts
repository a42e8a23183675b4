import { sumOf } from '@jamie/testing';
import { type TestJamie, bodyOf, startTestJamie } from './harness';

describe('with API keys', () => {
  let jamie: TestJamie;
  beforeAll(async () => {
    jamie = await startTestJamie({ API_KEYS: 'first-key, second-key', RATE_LIMIT_PER_MINUTE: '3' });
  });
  afterAll(() => jamie.close());
  const withKey = (key: string) =>
    jamie.chat({ message: 'Hello Jamie', conversation_id: 'same' }, { headers: { authorization: key } });

  it.each(['', 'Bearer', 'Bearer wrong', 'Basic first-key', 'Bearer first-key,second-key'])(
    '"%s" is 401',
    async (key) => {
      const response = await withKey(key);
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect((await bodyOf(response)).message).not.toContain('first-key');
    },
  );

  it('limits each key by itself', async () => {
    const statuses = async (key: string) => {
      const responses = await Promise.all(Array.from({ length: 5 }, () => withKey(`Bearer ${key}`)));
      return responses.map(({ status }) => String(status)).sort();
    };
    expect(await statuses('first-key')).toEqual(['200', '200', '200', '429', '429']);
    expect(await statuses('second-key')).toEqual(['200', '200', '200', '429', '429']);
    const refused = await withKey('Bearer first-key');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await bodyOf(refused)).message).toMatch(/Try again in \d+ s/);
  });

  it('leaves health open', async () => {
    expect((await fetch(`${jamie.url}/health`)).status).toBe(200);
  });

  it('counts what was refused', async () => {
    const samples = await jamie.metrics();
    const refused = (status: number) => sumOf(samples, 'http_requests_total', { route: '/chat', status });
    expect(sumOf(samples, 'api_chat_requests_total', { status: 'success' })).toBe(refused(200));
    expect(sumOf(samples, 'api_chat_requests_total', { status: 'error' })).toBe(refused(401) + refused(429));
    expect(refused(401)).toBe(5);
  });
});
