// Proves that the rule tests hold the rules: breaks the rules in one place at a time and expects a test to fail.
// `node k8s/monitoring/mutate-rules.mjs [--sample] [--tests=FOLDER] [part of a rule's name]` prints tables and exits 1
// when a mutant survives. `--sample`: one mutant for each alert. Without `--tests`: the tests beside this file.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { Bench, InvalidRules, readCases, sideOf } from './mutation/cases.mjs';
import { mutantsOf } from './mutation/mutants.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'boolean', default: false },
    tests: { type: 'string', default: join(import.meta.dirname, 'tests') },
  },
});
const { groups } = parse(readFileSync(join(import.meta.dirname, 'jamie.rules.yaml'), 'utf8'));
const cases = readCases(options.tests);
/** How many mutants of a rule a test has killed: the next one of that rule meets it early. */
const kills = new Map();
/** Tests that have been seen to pass with the rules as they are. */
const sound = new Set();

const every = mutantsOf(groups).filter(({ rule }) => rule.includes(positionals[0] ?? ''));
const mutants = options.sample ? sampleOf(every) : every;
const startedAt = performance.now();
const verdicts = await inParallel(mutants, async (mutant, bench) => {
  const verdict = mutant.equivalent ? 'equivalent' : await judge(mutant, bench);
  if (verdict === 'survived') process.stdout.write(`survived: ${mutant.rule}: ${mutant.what}\n`);
  return { ...mutant, verdict };
});

printTable('rule', verdicts);
printTable('operator', verdicts);
const survived = verdicts.filter(({ verdict }) => verdict === 'survived').length;
const seconds = Math.round((performance.now() - startedAt) / 1000);
process.stdout.write(`${verdicts.length} mutants, ${survived} survived, ${seconds} s\n`);
process.exitCode = survived > 0 || verdicts.length === 0 ? 1 : 0;

/** For each alert's name one mutant of its threshold, or of how it compares. */
function sampleOf(all) {
  const alerts = new Set(
    all.map(({ rule }) => rule.split(' ')[0]).filter((name) => name.startsWith('Jamie')),
  );
  return [...alerts].flatMap((alert) => {
    const own = all.filter(({ rule, equivalent }) => rule.startsWith(alert) && !equivalent);
    const first = own.filter(({ rule }) => rule === own[0].rule);
    const last = (wanted) => first.findLast(({ operator }) => operator === wanted);
    return last('another number') ?? last('another comparison') ?? first.slice(0, 1);
  });
}

/** Several workers take from one list; each has its own folder. */
async function inParallel(list, work) {
  const results = [];
  const queue = [...list];
  const worker = async () => {
    const bench = await Bench.open(cases);
    try {
      for (let mutant = queue.shift(); mutant; mutant = queue.shift())
        results.push(await work(mutant, bench));
    } finally {
      await bench.close();
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

/** `killed`, `survived`, or `invalid` when promtool refuses the mutant. */
async function judge(mutant, bench) {
  const side = sideOf(mutant.group);
  const rulesOf = (all) => all.filter(({ name }) => side.groups.includes(name));
  await bench.put(rulesOf(mutant.groups));
  const waiting = likelyFirst(mutant.rule, side);
  try {
    for (let size = 1; waiting.length > 0; size *= 2) {
      const [killer] = await bench.failing(waiting.splice(0, size));
      if (killer === undefined) continue;
      await expectToPass(killer, rulesOf(groups), bench);
      return died(mutant.rule, killer);
    }
    return 'survived';
  } catch (error) {
    if (error instanceof InvalidRules) return 'invalid';
    throw error;
  }
}

/** A test that fails in any case has killed nothing. */
async function expectToPass(name, rules, bench) {
  if (sound.has(name)) return;
  await bench.put(rules);
  if ((await bench.failing([name])).length > 0) throw new Error(`${name} fails with the rules as they are`);
  sound.add(name);
}

function died(rule, killer) {
  const known = kills.get(rule) ?? new Map();
  kills.set(rule, known.set(killer, (known.get(killer) ?? 0) + 1));
  return 'killed';
}

/** First those that have killed a mutant of this rule, then those that see it fire, the quick ones before the slow ones. */
function likelyFirst(rule, side) {
  const [word] = rule.split(' ');
  const killed = ({ name }) => kills.get(rule)?.get(name) ?? 0;
  const names = ({ text, fires }) => Number(text.includes(word)) + Number(fires.includes(word));
  return cases
    .filter((one) => one.side === side)
    .toSorted((a, b) => killed(b) - killed(a) || names(b) - names(a) || a.cost - b.cost)
    .map(({ name }) => name);
}

function printTable(heading, all) {
  const columns = ['killed', 'survived', 'equivalent', 'invalid'];
  const line = (name, cells) =>
    `${name.padEnd(52)}${cells.map((cell) => String(cell).padStart(11)).join('')}\n`;
  process.stdout.write(line(heading, ['mutants', ...columns]));
  const names = new Set(all.map((one) => one[heading]));
  for (const name of [...names].toSorted((a, b) => a.localeCompare(b))) {
    const rows = all.filter((one) => one[heading] === name);
    const counts = columns.map((verdict) => rows.filter((one) => one.verdict === verdict).length);
    process.stdout.write(line(name, [rows.length, ...counts]));
  }
  process.stdout.write('\n');
}
