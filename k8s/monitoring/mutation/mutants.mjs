// Rules broken in one place at a time.

const durations = { '5m': ['1m', '9m'] };
const scaled = (duration, factor) => {
  const [, amount, unit] = duration.match(/^(\d+)([smhd])$/);
  const seconds = Number(amount) * { s: 1, m: 60, h: 3600, d: 86400 }[unit] * factor;
  return `${Math.round(seconds)}s`;
};

/** One kind of mutation of an expression: its name, what to look for, and what to put in its place. */
const operators = [
  [
    'another window',
    /\[(\d+[smhd])(?=[:\]])/g,
    ([, range]) => (durations[range] ?? [scaled(range, 0.6), scaled(range, 1.6)]).map((d) => `[${d}`),
  ],
  [
    'another number',
    /(?<![\w."[\\|:])(\d+(?:\.\d+)?)(?![\w."\\|])(?=[\s,)]|$)/g,
    ([, number]) => (Number(number) === 0 ? ['1'] : [`${number / 1.7}`, `${number * 1.7}`]),
  ],
  ['one matcher less', /([a-z_]+)(=~|!=|!~|=)"((?:[^"\\]|\\.)*)",?/g, () => ['']],
  ['another status', /status="error"/g, () => ['status="success"', 'status="rejected"']],
  ['another status', /status="success"/g, () => ['status="error"']],
  ['another outcome', /outcome="failed"/g, () => ['outcome="answered"']],
  ['another comparison', / >=? /g, () => [' < ']],
  ['another comparison', / == (\d)/g, ([, value]) => [` == ${1 - value}`]],
  ['another set operator', /\band\b(?= on| job)/g, () => ['or', 'unless']],
  ['another set operator', /\bunless\b/g, () => ['and']],
  ['no zero where nothing is', /\bor 0 \* .*$/gm, () => ['']],
  ['another aggregation', /\b(min|max)(?=_over_time)/g, ([word]) => [word === 'min' ? 'max' : 'min']],
  ['another aggregation', /\b(sum|max|count)(?= by )/g, ([word]) => [word === 'max' ? 'min' : 'max']],
  ['another grouping', /by \(namespace, /g, () => ['by (']],
  ['another grouping', /\bnamespace, job, model\) \($/gm, () => ['namespace, job, model, instance) (']],
  ['another sign', / - /g, () => [' + ']],
  ['another sign', / \/ (?=\(|6)/g, () => [' * ']],
  ['no lower bound', /clamp_min\(([\s\S]*),\s*0\s*\)/g, ([, inner]) => [inner]],
];

/** Mutants that change nothing that can be seen, with the reason. `#2` is the second use of a metric in a rule. */
const equivalent = [
  [
    / (rest|openai) failed ((api|openai)_chat_requests_total|http_requests_total)#\d drop job=/,
    'both sides are joined on the job',
  ],
  [/ (rest|openai) failed (#4|(api|openai)_chat_requests_total#2) /, 'it is multiplied by 0'],
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
  [
    /^job:jamie_asks_failed:ratio_rate[13]d #\d 0 => 1 /,
    'one question counts 2 there, nobody asks half of one',
  ],
  [/^JamieReplicaDown up#\d drop job=/, 'both sides are joined on the job'],
  [/^JamieLatencyUnmeasurable \w+#1 drop job=/, 'joined on the job of what follows'],
];

/** `{ group, rule, what, operator, groups, equivalent }` for each mutant; `groups` are all rules, one of them broken. */
export function mutantsOf(groups) {
  return groups.flatMap((group, groupAt) =>
    group.rules.flatMap((rule, ruleAt) => {
      const name = nameOf(rule);
      return brokenIn(rule).map(({ what, operator, broken }) => ({
        group: group.name,
        rule: name,
        what,
        operator,
        groups: groups.with(groupAt, { ...group, rules: group.rules.with(ruleAt, broken) }),
        equivalent: equivalent.some(([pattern]) => pattern.test(`${name} ${what}`)),
      }));
    }),
  );
}

const nameOf = ({ alert, record, labels }) =>
  [alert ?? record, labels?.surface, labels?.outcome, labels?.long].filter(Boolean).join(' ');

function brokenIn(rule) {
  const expressions = brokenExpressions(rule.expr).map(({ operator, what, expr }) => ({
    operator,
    what,
    broken: { ...rule, expr },
  }));
  return rule.alert === undefined ? expressions : [...expressions, ...brokenAround(rule)];
}

/** What an alert has beside its expression. */
function brokenAround(alert) {
  const { labels, annotations } = alert;
  const mutants = [
    ['another severity', { labels: { ...labels, severity: 'info' } }],
    ['no description', { annotations: { ...annotations, description: '' } }],
  ];
  if (alert.for)
    mutants.push(['no `for`', { for: '0s' }], ['twice the `for`', { for: scaled(alert.for, 2) }]);
  if (alert.keep_firing_for) mutants.push(['no `keep_firing_for`', { keep_firing_for: '0s' }]);
  return mutants.map(([operator, change]) => ({ operator, what: operator, broken: { ...alert, ...change } }));
}

function brokenExpressions(expression) {
  return operators.flatMap(([operator, pattern, replacements]) =>
    [...expression.matchAll(pattern)].flatMap((match) =>
      replacements(match).map((replacement) => ({
        operator,
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
  return `${inside}#${uses} ${change} ${side}`.trim();
}
