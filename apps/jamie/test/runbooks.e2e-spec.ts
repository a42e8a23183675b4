import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sumOf } from '@jamie/testing';
import { type TestJamie, bodyOf, startTestJamie } from './harness';

const crashLooping = 'kubernetes/workloads/KubePodCrashLooping.md';
let jamie: TestJamie;

interface RunbooksBody {
  readonly runbooks: readonly {
    readonly path: string;
    readonly heading?: string;
    readonly summary: string;
  }[];
  readonly total: number;
  readonly sections: readonly { readonly heading: string; readonly text: string }[];
}

const read = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`${jamie.url}${path}`, init);
  const body: RunbooksBody = JSON.parse(await response.text());
  return { status: response.status, headers: response.headers, body };
};
const paths = ({ body }: { readonly body: RunbooksBody }): readonly string[] =>
  body.runbooks.map(({ path }) => path);

describe('the runbooks over REST', () => {
  beforeAll(async () => {
    jamie = await startTestJamie();
  });
  afterAll(() => jamie.close());

  it('are listed by path, as many as asked for, with how many there are', async () => {
    const list = await read('/api/runbooks?limit=1000');
    expect(list.status).toBe(200);
    expect(list.headers.get('cache-control')).toBe('no-store');
    expect(list.body.total).toBe(list.body.runbooks.length);
    expect(paths(list)).toEqual(paths(list).toSorted());
    expect(paths(await read('/api/runbooks?limit=3'))).toEqual(paths(list).slice(0, 3));
    expect(list.body.runbooks).toContainEqual({
      title: 'KubePodCrashLooping',
      path: crashLooping,
      alerts: ['KubePodCrashLooping'],
      services: ['kubernetes'],
      severity: 'warning',
      summary: expect.stringMatching(/^A container starts, dies, and is started again/),
    });
  });

  it('are found best first, with the section that fits', async () => {
    const found = await read('/api/runbooks?query=which+exit+code+has+a+pod+in+a+crash+loop&limit=5');
    expect(paths(found)).toContain(crashLooping);
    expect(found.body.runbooks.length).toBeLessThanOrEqual(5);
    expect(found.body.runbooks[0]?.heading).toEqual(expect.any(String));
    expect(paths(await read('/api/runbooks?query=tell+me+a+joke'))).toEqual([]);
  });

  it('are read by their path', async () => {
    const { body } = await read(`/api/runbooks/${crashLooping}`);
    expect(body).toMatchObject({ title: 'KubePodCrashLooping', path: crashLooping });
    expect(body.sections.map(({ heading }) => heading)).toEqual([
      'KubePodCrashLooping',
      'Meaning',
      'Impact',
      'Diagnosis',
      'Mitigation',
    ]);
    expect(body.sections[3]?.text).toContain('```bash\n');
    expect(await read(`/api/runbooks/${encodeURIComponent(crashLooping)}`)).toMatchObject({ status: 200 });
  });

  it.each(['nothing.md', '..%2f..%2fpackage.json', '%2e%2e/README.md', 'kubernetes', '%00', 'a//b', '.'])(
    'are no way to other files: %s',
    async (path) => {
      const { status, body } = await read(`/api/runbooks/${path}`);
      expect(status).toBe(path === '.' ? 200 : 404);
      expect(body).not.toHaveProperty('sections');
    },
  );

  it.each([
    ['limit=0', /^limit must be a whole number from 1 to 1000/],
    ['limit=x', /^limit/],
    ['limit=1001', /^limit/],
    ['query=a&query=b', /^query must be given once/],
    [`query=${'a'.repeat(1001)}`, /^query must be at most 1000/],
    ['q=a', /the parameters are query and limit/],
  ])('refuse ?%s and name what is wrong', async (query, message) => {
    const response = await fetch(`${jamie.url}/api/runbooks?${query}`);
    expect(response.status).toBe(400);
    expect((await bodyOf(response)).message).toMatch(message);
  });

  it('take GET alone, and a path that cannot be decoded is 400', async () => {
    expect((await read('/api/runbooks', { method: 'POST' })).status).toBe(405);
    expect((await read(`/api/runbooks/${crashLooping}`, { method: 'DELETE' })).status).toBe(405);
    expect((await read('/api/runbooks/%ff')).status).toBe(400);
  });

  it('are counted under their patterns', async () => {
    const samples = await jamie.metrics();
    const counted = (route: string, status: number) =>
      sumOf(samples, 'http_requests_total', { route, status });
    expect(counted('/api/runbooks/{path}', 404)).toBeGreaterThan(3);
    expect(counted('/api/runbooks', 400)).toBe(6);
  });
});

describe('runbooks behind a key', () => {
  beforeAll(async () => {
    jamie = await startTestJamie({ API_KEYS: 'a-key', RATE_LIMIT_PER_MINUTE: '1' });
  });
  afterAll(() => jamie.close());

  it('are shown to who has it, ten times as often as questions are taken', async () => {
    for (const path of ['/api/runbooks', `/api/runbooks/${crashLooping}`, '/API/Runbooks/'])
      expect(await read(path)).toMatchObject({ status: 401, body: { error: 'Unauthorized' } });
    const statuses = [];
    for (let count = 0; count < 11; count += 1)
      statuses.push((await read('/api/runbooks', { headers: { authorization: 'Bearer a-key' } })).status);
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
  });
});

describe('a runbook of any shape', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'runbooks-'));
    mkdirSync(join(folder, 'Änderung & Co'));
    writeFileSync(
      join(folder, 'Änderung & Co/50% voll?.md'),
      `# Volle Platte\n\n- zuerst eine Liste\n\n${'Wort '.repeat(80)}\n\n## Prüfung\n\n\`df\``,
    );
    jamie = await startTestJamie({ RUNBOOKS_DIR: folder });
  });
  afterAll(async () => {
    await jamie.close();
    rmSync(folder, { recursive: true });
  });

  it('has an address and a short summary', async () => {
    const { body } = await read('/api/runbooks');
    const [entry] = body.runbooks;
    expect(entry?.summary).toMatch(/^(Wort ){10,40}…$/);
    const path = entry?.path.split('/').map(encodeURIComponent).join('/');
    expect((await read(`/api/runbooks/${path}`)).body).toMatchObject({
      title: 'Volle Platte',
      path: 'Änderung & Co/50% voll?.md',
    });
  });
});
