// The rule tests, one file for each test, so that a mutant meets those first that are most likely to see it.
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';

const run = promisify(execFile);

/** No group needs another one, nor do their tests: what a mutant cannot change is left out. */
const sides = [
  { groups: ['jamie-model', 'jamie-instances'], files: ['model.test.yaml', 'instances.test.yaml'] },
  {
    groups: ['jamie-availability'],
    files: ['availability.test.yaml', 'budget.test.yaml', 'days.test.yaml'],
  },
];
export const sideOf = (group) => sides.find(({ groups }) => groups.includes(group));

/** `0x40` is a series of zeros here, not the number 64. */
const customTags = (tags) => tags.filter(({ format }) => format !== 'HEX');

/** `{ name, side, text, fires, cost }` for each test below a folder; `fires` is what it expects to see, as text. */
export function readCases(folder) {
  return readdirSync(folder).flatMap((file) => {
    const side = sides.find(({ files }) => files.includes(file));
    if (side === undefined) throw new Error(`${file}: say in ${import.meta.filename} which groups it tests`);
    const { tests, evaluation_interval } = parse(readFileSync(join(folder, file), 'utf8'), { customTags });
    return tests.map((test, index) => ({
      name: `${file.replace('.test.yaml', '')}-${index}.yaml`,
      side,
      text: stringify(
        { rule_files: ['../rules.yaml'], evaluation_interval, tests: [test] },
        { lineWidth: 0 },
      ),
      fires: firesOf(test),
      cost: costOf(test, evaluation_interval),
    }));
  });
}

function firesOf({ alert_rule_test = [], promql_expr_test = [] }) {
  const seen = [...alert_rule_test, ...promql_expr_test].filter(
    ({ exp_alerts, exp_samples }) => (exp_alerts ?? exp_samples ?? []).length > 0,
  );
  return JSON.stringify(seen);
}

/** Steps times series: about how long promtool takes. */
function costOf({ alert_rule_test = [], promql_expr_test = [], input_series }, interval) {
  const last = Math.max(...[...alert_rule_test, ...promql_expr_test].map((one) => secondsOf(one.eval_time)));
  return (last / secondsOf(interval)) * input_series.length;
}

const secondsOf = (duration) =>
  [...duration.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * { s: 1, m: 60, h: 3600, d: 86400 }[unit],
    0,
  );

/** A folder with all the tests and one set of rules at a time. */
export class Bench {
  #folder;

  constructor(folder) {
    this.#folder = folder;
  }

  static async open(cases) {
    const folder = await mkdtemp(join(tmpdir(), 'rules-'));
    await mkdir(join(folder, 'tests'));
    await Promise.all(cases.map(({ name, text }) => writeFile(join(folder, 'tests', name), text)));
    return new Bench(folder);
  }

  put(groups) {
    const text = stringify({ groups }, { aliasDuplicateObjects: false, lineWidth: 0 });
    return writeFile(join(this.#folder, 'rules.yaml'), text);
  }

  /** Names of the tests that fail; throws when promtool refuses the rules themselves. */
  async failing(names) {
    const files = names.map((name) => join(this.#folder, 'tests', name));
    const { stdout, stderr } = await run('promtool', ['test', 'rules', ...files], {
      // One thread for each process, and more memory in place of more work: about half the time.
      env: { ...process.env, GOGC: '400', GOMAXPROCS: '1' },
      maxBuffer: 64 * 1024 * 1024,
    }).catch((failed) => failed);
    const told = `${stdout}${stderr}`;
    if (/could not parse expression|rules\.yaml: /.test(told)) throw new InvalidRules(told);
    return names.filter((name) => !new RegExp(`/${name}\n  SUCCESS`).test(told));
  }

  close() {
    return rm(this.#folder, { recursive: true });
  }
}

export class InvalidRules extends Error {}
