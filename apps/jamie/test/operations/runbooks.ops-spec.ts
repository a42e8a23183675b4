import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { at, read } from './support/repository';
import { rules } from './support/rules';

// Child processes on a busy machine.
jest.setTimeout(120_000);

const files = readdirSync(at('runbooks'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.md'),
);

interface Block {
  readonly file: string;
  readonly text: string;
}

/** What the runbooks tell people to type, by language. */
const blocks = (language: string): Block[] =>
  files.flatMap((file) =>
    [...read('runbooks', file).matchAll(new RegExp(`^ *\`\`\`${language}\n([^]*?)^ *\`\`\``, 'gm'))].map(
      ([, text = '']) => ({ file, text }),
    ),
  );

function complaints(command: string, args: readonly string[], input = ''): string {
  const { status, stderr, error } = spawnSync(command, args, { input, encoding: 'utf8' });
  if (error !== undefined) throw error;
  return status === 0 ? '' : stderr;
}

test('every command in a runbook is one that a shell can read', () => {
  const commands = blocks('bash');
  expect(commands.length).toBeGreaterThan(100);
  for (const file of new Set(commands.map((block) => block.file))) {
    const script = commands.filter((block) => block.file === file).map(({ text }) => text);
    expect([file, complaints('bash', ['-n'], script.join('\n'))]).toEqual([file, '']);
  }
});

test('every query in a runbook is one that Prometheus can read', () => {
  const folder = mkdtempSync(join(tmpdir(), 'runbooks-'));
  try {
    const path = join(folder, 'queries.yaml');
    const queries = blocks('promql').map(({ text }, index) => ({ record: `query:${index}`, expr: text }));
    expect(queries.length).toBeGreaterThan(100);
    writeFileSync(path, stringify({ groups: [{ name: 'queries', rules: queries }] }));
    expect(complaints('promtool', ['check', 'rules', path])).toBe('');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the runbooks about Jamie ask for series that exist', () => {
  const catalogue = read('libs/metrics/src/catalogue.ts');
  const exposed = [...catalogue.matchAll(/(?:counter|gauge|histogram)\(\s*'(\w+)'/g)].map(([, name]) => name);
  const recorded = rules.flatMap(({ record }) => record ?? []);
  const own = blocks('promql').filter(({ file }) => file.startsWith('jamie/'));
  const asked = own.flatMap(
    ({ text }) => text.match(/\b(?:ollama|slack|api|http|jamie|job\w*:)\w[\w:]*(?=\{)/g) ?? [],
  );
  expect(asked.length).toBeGreaterThan(20);
  const known = [...exposed, ...recorded];
  expect(asked.filter((name) => !known.includes(name.replace(/_(bucket|sum|count)$/, '')))).toEqual([]);
});
