// `npm run test:chaos`: bad days, one after the other, and a table of what became of every ask. CHAOS_SEED repeats a run.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

prepare();
const folder = join(root, '.cache/chaos');
rmSync(folder, { recursive: true, force: true });
const seed = process.env.CHAOS_SEED ?? String(Math.floor(Math.random() * 1e9));
console.log(`CHAOS_SEED=${seed} (set it to repeat this run)`);
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/jest/bin/jest.js'),
    '--selectProjects',
    'chaos',
    '--runInBand',
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: ['inherit', 'ignore', 'inherit'], env: { ...process.env, CHAOS_SEED: seed } },
);
const files = existsSync(folder) ? readdirSync(folder) : [];
const entries = files.flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
printTable(entries);
if (status !== 0) console.error(`Not green. To repeat it: CHAOS_SEED=${seed} npm run test:chaos`);
process.exit(status ?? 1);

function printTable(rows) {
  const numbers = ['asks', 'answered', 'apologised', 'lost', 'doubled'];
  const total = Object.fromEntries(
    numbers.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)]),
  );
  const struck = rows.reduce((sum, row) => sum + (row.struck ?? 0), 0);
  const heads = ['fault', 'struck', ...numbers, 'recovered in', 'slowest probe'];
  const lines = [...rows, { fault: `all (${rows.length} faults)`, ...total, struck }].map((row) => [
    row.fault,
    row.struck === undefined ? '' : String(row.struck),
    ...numbers.map((name) => String(row[name])),
    row.recoveryMs === undefined ? '' : `${(row.recoveryMs / 1000).toFixed(1)} s`,
    row.slowestProbeMs === undefined ? '' : `${row.slowestProbeMs} ms`,
  ]);
  const widths = heads.map((head, at) => Math.max(head.length, ...lines.map((line) => line[at].length)));
  const draw = (cells) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(' | ')} |`;
  console.log([draw(heads), draw(widths.map((width) => '-'.repeat(width))), ...lines.map(draw)].join('\n'));
}
