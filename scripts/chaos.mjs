// `npm run test:chaos`: bad days, one after the other, and a table of what became of every ask. CHAOS_SEED repeats a run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root } from './prepare.mjs';

const longestSeconds = 600;

prepare();
const folder = join(root, '.cache/chaos');
rmSync(folder, { recursive: true, force: true });
const seed = process.env.CHAOS_SEED ?? String(Math.floor(Math.random() * 1e9));
console.log(`CHAOS_SEED=${seed} (set it to repeat this run)`);
const status = await jest([
  join(root, 'node_modules/jest/bin/jest.js'),
  '--selectProjects',
  'chaos',
  // Mostly they wait.
  '--maxWorkers=2',
  ...process.argv.slice(2),
]);
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
const entries = files.flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));
printTable(entries);
console.log(`Took ${Math.round(performance.now() / 1000)} s.`);
if (status !== 0) console.error(`Not green. To repeat it: CHAOS_SEED=${seed} npm run test:chaos`);
process.exit(status);

/** In a group of its own, so that whatever it started ends with it. */
async function jest(args) {
  const env = { ...process.env, CHAOS_SEED: seed };
  const stdio = ['ignore', 'ignore', 'inherit'];
  const child = spawn(process.execPath, args, { cwd: root, stdio, env, detached: true });
  const late = setTimeout(() => {
    console.error(`It took longer than ${longestSeconds} s and was ended.`);
    process.kill(-child.pid, 'SIGKILL');
  }, longestSeconds * 1000);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.kill(-child.pid, 'SIGKILL'));
  const [code] = await once(child, 'exit');
  clearTimeout(late);
  return code ?? 1;
}

function printTable(rows) {
  const numbers = ['asks', 'answered', 'apologised', 'lost', 'doubled'];
  const total = Object.fromEntries(
    numbers.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)]),
  );
  const struck = rows.reduce((sum, row) => sum + (row.struck ?? 0), 0);
  const heads = ['fault', 'struck', ...numbers, 'from runbooks', 'recovered in', 'slowest probe', 'metrics'];
  const lines = [...rows, { fault: `all (${rows.length} faults)`, ...total, struck }].map((row) => [
    row.fault,
    row.struck === undefined ? '' : String(row.struck),
    ...numbers.map((name) => String(row[name])),
    row.fromRunbooks === undefined ? '' : String(row.fromRunbooks),
    row.recoveryMs === undefined ? '' : `${(row.recoveryMs / 1000).toFixed(1)} s`,
    row.slowestProbeMs === undefined ? '' : `${row.slowestProbeMs} ms`,
    row.told ?? '',
  ]);
  const widths = heads.map((head, at) => Math.max(head.length, ...lines.map((line) => line[at].length)));
  const draw = (cells) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join(' | ')} |`;
  console.log([draw(heads), draw(widths.map((width) => '-'.repeat(width))), ...lines.map(draw)].join('\n'));
}
