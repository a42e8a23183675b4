import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestJamie, nowhere, startTestJamie } from '../harness';
import { run } from './command-line';

const key = 'a-long-random-key';
const folder = mkdtempSync(join(tmpdir(), 'jamie-runbooks-'));
const diskFull = `---
alerts: [NodeFilesystemFull]
---

# Disk full

No space is left on a node.

## Diagnosis

See what grows: \`du -sh /var/*\`.
`;
const checkout = '# Checkout is slow\n\nPeople wait.\n\n## Mitigation\n\nRoll \u001b]52;c;aGk=\u0007back.\n';

let jamie: TestJamie;
let here: Readonly<Record<string, string>>;
let there: Readonly<Record<string, string>>;

beforeAll(async () => {
  mkdirSync(join(folder, 'nodes'));
  writeFileSync(join(folder, 'nodes/DiskFull.md'), diskFull);
  writeFileSync(join(folder, 'checkout.md'), checkout);
  jamie = await startTestJamie({ RUNBOOKS_DIR: folder, API_KEYS: key });
  here = { RUNBOOKS_DIR: folder };
  there = { JAMIE_URL: jamie.url, JAMIE_API_KEY: key, RUNBOOKS_DIR: '/nowhere' };
});
afterAll(async () => {
  await jamie.close();
  rmSync(folder, { recursive: true });
});

/** What a command prints here and at a running Jamie, which must be the same. */
async function printed(...args: readonly string[]): Promise<string> {
  const [local, remote] = await Promise.all([
    run(['runbooks', ...args], { env: here }),
    run(['runbooks', ...args], { env: there }),
  ]);
  expect(local).toMatchObject({ code: 0, err: '' });
  expect(remote).toEqual(local);
  return local.out;
}

describe('jamie runbooks, of a folder and of a running Jamie', () => {
  it('list: all of them, by path', async () => {
    expect(await printed('list')).toBe(
      'Checkout is slow\n  checkout.md\n  People wait.\nDisk full\n  nodes/DiskFull.md\n  No space is left on a node.\n',
    );
    const list = JSON.parse(await printed('list', '--json', '--limit', '1'));
    expect(list).toMatchObject({ runbooks: [{ path: 'checkout.md', title: 'Checkout is slow' }], total: 2 });
  });

  it('search: those that fit, with the section that fits best', async () => {
    expect(await printed('search', 'NodeFilesystemFull', 'what', 'grows')).toBe(
      'Disk full, Diagnosis\n  nodes/DiskFull.md\n  No space is left on a node.\n',
    );
  });

  it('show: one, by any of its names, as Markdown or by section', async () => {
    const text =
      '# Disk full\n\nNo space is left on a node.\n\n## Diagnosis\n\nSee what grows: `du -sh /var/*`.\n';
    expect(await printed('show', 'nodefilesystemfull')).toBe(text);
    expect(await printed('show', 'disk', 'full')).toBe(text);
    expect(JSON.parse(await printed('show', '--json', 'nodes/DiskFull.md'))).toMatchObject({
      title: 'Disk full',
      sections: [{ heading: 'Disk full' }, { heading: 'Diagnosis' }],
    });
  });

  it('show: lets no escape sequence of a runbook reach the terminal', async () => {
    expect(await printed('show', 'checkout')).toContain('Roll ]52;c;aGk=back.');
  });

  it('--local looks into the folder even where JAMIE_URL is set, and --url goes before it', async () => {
    const both = { ...there, RUNBOOKS_DIR: folder, JAMIE_URL: nowhere };
    expect(await run(['runbooks', 'list', '--local'], { env: both })).toMatchObject({ code: 0 });
    expect(await run(['runbooks', 'list', '--url', jamie.url], { env: both })).toMatchObject({ code: 0 });
  });
});

describe('jamie runbooks says what is wrong, and what to do', () => {
  it.each([
    ['no word', ['search'], 2, /^jamie runbooks search: Give the words to look for; `jamie runbooks list`/],
    [
      'a word too many',
      ['list', 'disk'],
      2,
      /^jamie runbooks list: It takes no words; `jamie runbooks search`/,
    ],
    ['no name', ['show'], 2, /^jamie runbooks show: Name the runbook to show\. See /],
    ['a wrong limit', ['list', '--limit', '0'], 2, /--limit must be a whole number from 1 to 1000\./],
    [
      'an unknown option',
      ['search', '--frob', 'x'],
      2,
      /Unknown option '--frob'\. See jamie runbooks search/,
    ],
    [
      'an unknown word',
      ['find', 'x'],
      2,
      /^jamie runbooks does not know "find"; it knows list, search, show\./,
    ],
    ['no address', ['list', '--url', 'localhost'], 2, /--url \(or JAMIE_URL\) must be an http:/],
    ['nobody there', ['list', '--url', nowhere], 1, /Jamie cannot be reached at http:\/\/127\.0\.0\.1:1/],
    ['nothing that fits', ['search', 'quokka'], 1, /^None of the 2 runbooks fits\.\n$/],
    [
      'a name that none has',
      ['show', 'quokka'],
      1,
      /There is no runbook called "quokka"; `jamie runbooks search quokka` finds what is near\.\n$/,
    ],
  ] as const)('%s', async (_what, args, code, sentence) => {
    const ran = await run(['runbooks', ...args], { env: here });
    expect(ran).toEqual({ code, out: '', err: expect.stringMatching(sentence) });
  });

  it('a folder that is not there', async () => {
    const ran = await run(['runbooks', 'list'], { env: { RUNBOOKS_DIR: '/nowhere' } });
    expect(ran).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringMatching(/: RUNBOOKS_DIR is not a folder/),
    });
  });

  it('a missing or wrong key, without repeating it', async () => {
    const wrong = 'a-wrong-and-secret-key';
    for (const given of [[], ['--api-key', wrong]]) {
      const { code, out, err } = await run(['runbooks', 'list', '--url', jamie.url, ...given]);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(/Give the key with JAMIE_API_KEY or --api-key\.\n$/);
      expect(err).not.toContain(wrong);
    }
    const admitted = await run(['runbooks', 'list', '--url', jamie.url, '--api-key', key]);
    expect(admitted).toMatchObject({ code: 0, err: '' });
  });

  it('something else that answers', async () => {
    const stranger = createServer((_request, response) => response.end('{"runbooks": 3}'));
    await once(stranger.listen(0, '127.0.0.1'), 'listening');
    const address = stranger.address();
    try {
      const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
      const ran = await run(['runbooks', 'list', '--url', url]);
      expect(ran).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringContaining('is not this version of Jamie'),
      });
    } finally {
      stranger.close();
    }
  });
});
