import { LogLevel, webApi } from '@slack/bolt';
import { SlackStandIn } from './slack-stand-in';
import { call, errorOf } from './spec-support';

describe('limits and faults', () => {
  let slack: SlackStandIn;
  const post = { channel: 'C0OPS', text: 'hello', unfurl_links: false, unfurl_media: false };

  beforeEach(async () => {
    slack = await new SlackStandIn({ timing: { rateWindowMs: 1_000, retryAfterGraceMs: 200 } }).start();
  });
  afterEach(() => slack.stop());

  const posted = (): number => slack.transcript.channel('ops').length;
  const violations = (): string[] => slack.journal.violations.map(({ id }) => id);

  describe('rate limits', () => {
    it('lets a burst into one channel and then one message a second', async () => {
      const statuses: number[] = [];
      for (let index = 0; index < 12; index += 1)
        statuses.push((await call(slack, 'chat.postMessage', post)).status);
      // Each second lets one more through, so a slow machine sees the refusal later.
      expect(statuses.slice(0, 4)).toEqual([200, 200, 200, 200]);
      expect(statuses).toContain(429);
      const elsewhere = await call(slack, 'chat.postMessage', { ...post, channel: 'C0GENERAL' });
      expect(elsewhere.status).toBe(200);
    });

    it("says when to come back and notes who doesn't wait", async () => {
      slack.admin.limit('chat.update', 1);
      const { ts } = (await call(slack, 'chat.postMessage', post)).body;
      const update = (): ReturnType<typeof call> =>
        call(slack, 'chat.update', { channel: 'C0OPS', ts, text: 'b' });
      await update();
      const refused = await update();
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toBe('1');
      expect(refused.body).toEqual({ ok: false, error: 'ratelimited' });
      await slack.quiet(220);
      expect((await update()).status).toBe(429);
      expect(violations()).toContain('rate.window');
    });

    it('does not blame calls that were on the wire already', async () => {
      slack.stop();
      slack = await new SlackStandIn({ timing: { retryAfterGraceMs: 10_000 } }).start();
      slack.admin.limit('auth.test', 1);
      const answers = await Promise.all(Array.from({ length: 5 }, () => call(slack, 'auth.test')));
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(4);
      expect(violations()).toEqual([]);
    });

    it('is waited out by the SDK', async () => {
      slack.fail('auth.test', { type: 'ratelimited', retryAfterSeconds: 1 }, { times: 1 });
      const client = new webApi.WebClient(slack.app.botToken, {
        slackApiUrl: slack.apiUrl,
        logLevel: LogLevel.ERROR,
        retryConfig: { retries: 2, minTimeout: 10, factor: 1 },
      });
      await expect(client.auth.test()).resolves.toMatchObject({ ok: true });
      expect(violations()).toEqual([]);
      expect(slack.calls('auth.test')).toHaveLength(2);
    });

    it('is given up by the SDK when it does not say when', async () => {
      slack.fail('auth.test', { type: 'ratelimited-bare' });
      const client = new webApi.WebClient(slack.app.botToken, {
        slackApiUrl: slack.apiUrl,
        logLevel: LogLevel.ERROR,
      });
      await expect(client.auth.test()).rejects.toThrow(/Retry header/);
    });
  });

  it('fails the calls it was told to, and no others', async () => {
    const fault = slack.fail(
      'chat.postMessage',
      { type: 'error', error: 'internal_error' },
      { from: 2, times: 1 },
    );
    const errors: unknown[] = [];
    for (let index = 0; index < 3; index += 1) errors.push(await errorOf(slack, 'chat.postMessage', post));
    expect(errors).toEqual([undefined, 'internal_error', undefined]);
    expect(posted()).toBe(2);
    expect(fault.hits).toBe(1);
  });

  it('can do the work and still say that it failed', async () => {
    slack.fail('chat.postMessage', { type: 'error', error: 'internal_error', effect: true });
    expect(await errorOf(slack, 'chat.postMessage', post)).toBe('internal_error');
    expect(posted()).toBe(1);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('resets the connection, the work done: %s', async (effect, messages) => {
    slack.fail('chat.postMessage', { type: 'reset', effect });
    await expect(call(slack, 'chat.postMessage', post)).rejects.toThrow();
    expect(posted()).toBe(messages);
    expect(slack.calls('chat.postMessage')[0]).toMatchObject({ httpStatus: 0, fault: 'reset' });
  });

  it('answers error pages in HTML and breaks off JSON', async () => {
    slack.fail('auth.test', { type: 'http', status: 503 }, { times: 1 });
    const page = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST' });
    expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
    slack.fail('auth.test', { type: 'truncated' });
    const headers = { authorization: `Bearer ${slack.app.botToken}` };
    const broken = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST', headers });
    const text = await broken.text();
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });

  it('answers late or never', async () => {
    slack.fail('auth.test', { type: 'latency', delayMs: 60 }, { times: 1 });
    const startMs = performance.now();
    expect(await errorOf(slack, 'auth.test')).toBeUndefined();
    expect(performance.now() - startMs).toBeGreaterThan(55);
    slack.fail('auth.test', { type: 'hang' });
    const impatient = { method: 'POST', signal: AbortSignal.timeout(60) };
    await expect(fetch(`${slack.apiUrl}auth.test`, impatient)).rejects.toThrow(/timeout/);
  });

  it('goes down and comes back at the same address', async () => {
    slack.goDown();
    await expect(call(slack, 'auth.test')).rejects.toThrow();
    await slack.comeBack();
    expect(await errorOf(slack, 'auth.test')).toBeUndefined();
  });

  it('says in a failed wait what was waited for and what happened instead', async () => {
    await call(slack, 'auth.test');
    const wait = slack.waitFor('a miracle', () => false, 20);
    await expect(wait).rejects.toThrow(/in vain for a miracle[\s\S]+auth\.test/);
  });
});
