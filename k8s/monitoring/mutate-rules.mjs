// Proves that the rule tests hold the rules: breaks the rules in one place at a time and expects a test to fail.
// `node k8s/monitoring/mutate-rules.mjs [part of a rule's name]` prints a table; exits 1 when a mutant survives.
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';

const run = promisify(execFile);
const here = import.meta.dirname;
const workers = 2;

/** The test files that hold a group, quick ones first. */
const testsOf = {
  'jamie-model': ['model.test.yaml'],
  'jamie-availability': ['availability.test.yaml', 'budget.test.yaml'],
  'jamie-instances': ['instances.test.yaml'],
};

/** Mutants that change nothing that can be seen, with the reason. `#2` is the second use of a metric in a rule. */
const equivalent = [
  [
    / rest failed (api_chat_requests_total|http_requests_total)#\d drop job=/,
    'both sides are joined on the job',
  ],
  [/ rest failed (#4|api_chat_requests_total#2) /, 'it is multiplied by 0'],
  [/^JamieMetricsMissing \w+#1 drop job=/, 'joined on the job of `up` anyway'],
  [
    /^Jamie\w+ (ollama_requests_total|\w+_bucket|\w+_count|ollama_breaker_state)#\d drop job=.* right$/,
    'joined on the job',
  ],
  [
    /^Jamie(OllamaFailing|ModelHung|QueueSaturated) \w+#\d (sum => max|namespace, job, model\) \().* right$/,
    'any at all is enough',
  ],
  [/^JamieHighErrorRate ollama_requests_total#1 drop job=/, 'joined on the job of the recorded rate'],
  [/^JamieLatencyUnmeasurable \w+#1 drop job=/, 'joined on the job of what follows'],
];

const durations = { '5m': ['1m', '9m'] };
const scaled = (duration, factor) => {
  const [, amount, unit] = duration.match(/^(\d+)([smhd])$/);
  const seconds = Number(amount) * { s: 1, m: 60, h: 3600, d: 86400 }[unit] * factor;
  return `${Math.round(seconds)}s`;
};

/** One kind of mutation of an expression: what to look for, and what to put in its place. */
const operators = [
  [
    /\[(\d+[smhd])(?=[:\]])/g,
    ([, range]) => (durations[range] ?? [scaled(range, 0.6), scaled(range, 1.6)]).map((d) => `[${d}`),
  ],
  [
    /(?<![\w."[\\|:])(\d+(?:\.\d+)?)(?![\w."\\|])(?=[\s,)]|$)/g,
    ([, number]) => (Number(number) === 0 ? ['1'] : [`${number / 1.7}`, `${number * 1.7}`]),
  ],
  [/([a-z_]+)(=~|!=|!~|=)"((?:[^"\\]|\\.)*)",?/g, () => ['']],
  [/status="error"/g, () => ['status="success"', 'status="rejected"']],
  [/status="success"/g, () => ['status="error"']],
  [/outcome="failed"/g, () => ['outcome="answered"']],
  [/ >=? /g, () => [' < ']],
  [/\band\b(?= on| job)/g, () => ['or', 'unless']],
  [/\bunless\b/g, () => ['and']],
  [/\bor 0 \* .*$/gm, () => ['']],
  [/\b(min|max)(?=_over_time)/g, ([word]) => [word === 'min' ? 'max' : 'min']],
  [/\b(sum|max|count)(?= by )/g, ([word]) => [word === 'max' ? 'min' : 'max']],
  [/by \(namespace, /g, () => ['by (']],
  [/\bnamespace, job, model\) \($/gm, () => ['namespace, job, model, instance) (']],
  [/ - /g, () => [' + ']],
  [/ \/ (?=\(|6)/g, () => [' * ']],
  [/clamp_min\(([\s\S]*),\s*0\s*\)/g, ([, inner]) => [inner]],
  [/ == (\d)/g, ([, value]) => [` == ${1 - value}`]],
];

function mutantsOfExpression(expression) {
  return operators.flatMap(([pattern, replacements]) =>
    [...expression.matchAll(pattern)].flatMap((match) =>
      replacements(match).map((replacement) => ({
        what: describe(expression, match, replacement),
        expr:
          expression.slice(0, match.index) + replacement + expression.slice(match.index + match[0].length),
      })),
    ),
  );
}

/** `metric#2 status="error" => status="success" right`: where it was, what became of it, on which side of and/unless. */
function describe(expression, match, replacement) {
  const before = expression.slice(0, match.index);
  const [metric] = expression.slice(match.index).match(/[a-z]\w+(?=\{)/) ?? [''];
  const [inside] = before.match(/[a-z]\w+(?=\{[^{}]*$)/) ?? [metric];
  const uses =
    before.split(`${inside}{`).length - (before.includes(`${inside}{`) && /\{[^{}]*$/.test(before) ? 1 : 0);
  const side = /\b(and|unless) on\b/.test(before) ? 'right' : 'left';
  const change = replacement === '' ? `drop ${match[0]}` : `${match[0]} => ${replacement}`;
  return `${inside}#${uses} ${change} ${side}`;
}

function mutantsOf(rule) {
  const expressions = mutantsOfExpression(rule.expr).map(({ what, expr }) => ({
    what,
    rule: { ...rule, expr },
  }));
  if (!rule.alert) return expressions;
  const others = [
    { what: 'another severity', rule: { ...rule, labels: { ...rule.labels, severity: 'info' } } },
    { what: 'no description', rule: { ...rule, annotations: { ...rule.annotations, description: '' } } },
  ];
  if (rule.for) others.push({ what: `for ${rule.for} => 0s`, rule: { ...rule, for: '0s' } });
  if (rule.for)
    others.push({ what: `for ${rule.for} => twice`, rule: { ...rule, for: scaled(rule.for, 2) } });
  if (rule.keep_firing_for)
    others.push({ what: 'no keep_firing_for', rule: { ...rule, keep_firing_for: '0s' } });
  return [...expressions, ...others];
}

function allMutants({ groups }, wanted) {
  return groups.flatMap((group, groupAt) =>
    group.rules.flatMap((rule, ruleAt) => {
      const name = [rule.alert ?? rule.record, rule.labels?.surface, rule.labels?.outcome, rule.labels?.long]
        .filter(Boolean)
        .join(' ');
      if (!name.includes(wanted)) return [];
      return mutantsOf(rule).map((mutant) => ({
        name,
        what: mutant.what.trim(),
        tests: testsOf[group.name],
        groups: groups.with(groupAt, { ...group, rules: group.rules.with(ruleAt, mutant.rule) }),
      }));
    }),
  );
}

/** `killed`, `survived`, or `invalid` when promtool refuses the mutant. */
async function judge(mutant) {
  const folder = await mkdtemp(join(tmpdir(), 'rules-'));
  try {
    const file = join(folder, 'jamie.rules.yaml');
    await writeFile(file, stringify({ groups: mutant.groups }, { aliasDuplicateObjects: false }));
    await cp(join(here, 'tests'), join(folder, 'tests'), { recursive: true });
    if (!(await passes(['check', 'rules', file]))) return 'invalid';
    for (const test of mutant.tests) {
      if (!(await passes(['test', 'rules', join(folder, 'tests', test)]))) return 'killed';
    }
    return 'survived';
  } finally {
    await rm(folder, { recursive: true });
  }
}

const passes = (args) =>
  run('promtool', args).then(
    () => true,
    () => false,
  );

const rules = parse(await readFile(join(here, 'jamie.rules.yaml'), 'utf8'));
const queue = allMutants(rules, process.argv[2] ?? '');
const verdicts = [];
await Promise.all(
  Array.from({ length: workers }, async () => {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
      const reason = equivalent.find(([pattern]) => pattern.test(`${mutant.name} ${mutant.what}`))?.[1];
      const verdict = reason ? 'equivalent' : await judge(mutant);
      verdicts.push({ ...mutant, verdict });
      if (verdict === 'survived') process.stdout.write(`survived: ${mutant.name}: ${mutant.what}\n`);
    }
  }),
);

const names = [...new Set(verdicts.map(({ name }) => name))].toSorted((a, b) => a.localeCompare(b));
const count = (name, verdict) => verdicts.filter((v) => v.name === name && v.verdict === verdict).length;
const row = (name) =>
  `${name.padEnd(56)}${['killed', 'survived', 'equivalent', 'invalid'].map((v) => String(count(name, v)).padStart(11)).join('')}\n`;
process.stdout.write(
  `${'rule'.padEnd(56)}     killed   survived equivalent    invalid\n${names.map(row).join('')}`,
);
process.exitCode = verdicts.some(({ verdict }) => verdict === 'survived') ? 1 : 0;
