import { gunzipSync } from 'node:zlib';
import { type IncomingHttpHeaders, request } from 'node:http';
import { sumOf } from '@jamie/testing';
import { type TestJamie, bodyOf, startTestJamie } from './harness';

let jamie: TestJamie;
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${jamie.url}${path}`, { headers: { 'accept-encoding': 'identity', ...headers } });
const assetsOf = (html: string): readonly string[] =>
  [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(([, address = '']) => address);

/** As it stands on the line: fetch would tidy the path and add headers of its own. */
function getRaw(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    request(jamie.url, { path, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    })
      .once('error', reject)
      .end();
  });
}

describe('the pages', () => {
  beforeAll(async () => {
    jamie = await startTestJamie({ API_KEYS: 'a-key' });
  });
  afterAll(() => jamie.close());

  it.each(['/', '/runbooks', '/runbooks/kubernetes/workloads/KubePodCrashLooping.md'])(
    '%s is open to everybody, strict, and asked for anew each time',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      const policy = response.headers.get('content-security-policy');
      expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
      expect(policy).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
      expect(policy).not.toContain('unsafe');
      const html = await response.text();
      expect(html).not.toMatch(/\{\w+\}|<style|style=|\son\w+=|<script(?! type="module" src="\/assets\/)/);
      expect(assetsOf(html).length).toBeGreaterThan(8);
    },
  );

  it('load files that exist, are kept for ever, and name every module that a module needs', async () => {
    for (const path of ['/', '/runbooks']) {
      const assets = assetsOf(await (await get(path)).text());
      const digests = new Set(assets.map((address) => address.split('/')[2]));
      expect(digests.size).toBe(1);
      for (const address of assets) {
        const response = await get(address);
        expect([address, response.status]).toEqual([address, 200]);
        expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
        expect(response.headers.get('content-type')).toMatch(
          address.endsWith('.js') ? /^text\/javascript/ : /^(text\/css|image\/svg)/,
        );
        const folder = address.replace(/[^/]+$/, '');
        const needed = [...(await response.text()).matchAll(/from '\.\/([\w.-]+)'/g)].map(
          ([, name]) => folder + name,
        );
        expect(
          address.endsWith('marked.js') ? [] : needed.filter((module) => !assets.includes(module)),
        ).toEqual([]);
      }
    }
  });

  it('are sent once and zipped', async () => {
    const [address = ''] = assetsOf(await (await get('/')).text()).filter((asset) =>
      asset.endsWith('marked.js'),
    );
    for (const path of ['/', address]) {
      const { headers } = await getRaw(path);
      const etag = headers.etag ?? '';
      expect(etag).toMatch(/^"\w+"$/);
      const again = await getRaw(path, { 'if-none-match': etag });
      expect([again.status, again.body.length]).toEqual([304, 0]);
      expect((await getRaw(path, { 'if-none-match': '"other"' })).status).toBe(200);
    }
    const plain = await getRaw(address);
    const zipped = await getRaw(address, { 'accept-encoding': 'gzip, br' });
    expect([plain.headers['content-encoding'], zipped.headers['content-encoding']]).toEqual([
      undefined,
      'gzip',
    ]);
    expect(gunzipSync(zipped.body)).toEqual(plain.body);
    expect(zipped.body.length).toBeLessThan(plain.body.length / 2);
  });

  it('are served under the address of another version too, but not for ever', async () => {
    const response = await get('/assets/0000000000000000/chat.js');
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache']);
  });

  it.each([
    '/assets',
    '/assets/',
    '/assets/x',
    '/assets/x/',
    '/assets/x/index.html',
    '/assets/x/marked.d.ts',
    '/assets/x/tsconfig.json',
    '/assets/x/../../package.json',
    '/assets/x/..%2f..%2fpackage.json',
    '/assets/x/%2e%2e/%2e%2e/package.json',
    '/assets/x/....//package.json',
    '/assets/x/y/chat.js',
    '/assets/x/__proto__',
    '/package.json',
    '/.env',
  ])('are no way to other files: %s', async (path) => {
    expect((await getRaw(path)).status).toBe(404);
  });

  it('answer HEAD without a body, and take nothing else', async () => {
    const head = await fetch(`${jamie.url}/`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(`${jamie.url}/`, { method: 'POST' })).status).toBe(405);
  });

  it('are not on the port of the metrics, and counted under their patterns', async () => {
    expect((await fetch(`${jamie.metricsUrl}/`)).status).toBe(404);
    const samples = await jamie.metrics();
    for (const route of ['/', '/runbooks', '/runbooks/{path}', '/assets/{path}'])
      expect([route, sumOf(samples, 'http_requests_total', { route, status: 200 })]).not.toEqual([route, 0]);
  });
});

describe('WEB_UI=false', () => {
  beforeAll(async () => {
    jamie = await startTestJamie({ WEB_UI: 'false' });
  });
  afterAll(() => jamie.close());

  it.each(['/', '/runbooks', '/runbooks/a.md', '/assets/x/chat.js'])(
    'there is nothing at %s',
    async (path) => {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect((await bodyOf(response)).message).toMatch(/^There is nothing at this address/);
    },
  );

  it('leaves the API where it is', async () => {
    expect((await get('/api/runbooks')).status).toBe(200);
    expect((await jamie.chat({ message: 'Hello' })).status).toBe(200);
  });
});
