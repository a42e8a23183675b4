import { parse } from 'yaml';
import { read } from './repository';

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
}

const parsed: { groups: Group[] } = parse(read('k8s/monitoring/jamie.rules.yaml'));

export const rules: readonly Rule[] = parsed.groups.flatMap((group) => group.rules);
export const alerts = rules.flatMap((rule) =>
  rule.alert === undefined ? [] : [{ ...rule, alert: rule.alert }],
);

/** The recording rules, those first that read no other's records, then those that read these, and so on. */
export function recordingLevels(): Rule[][] {
  const left = new Set(rules.filter(({ record }) => record !== undefined));
  const levels: Rule[][] = [];
  while (left.size > 0) {
    const waiting = [...left].map(({ record = '' }) => record);
    const level = [...left].filter(({ expr }) => !waiting.some((record) => expr.includes(record)));
    for (const rule of level) left.delete(rule);
    levels.push(level);
  }
  return levels;
}

/** One use of a metric in PromQL: its name and what its labels are compared with. */
export interface Use {
  readonly metric: string;
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

/** Every metric with braces behind it; ours always have them, because every selector names the job. */
export function usesIn(expression: string): Use[] {
  return [...expression.matchAll(/([a-zA-Z_][\w:]*)\{([^}]*)\}/g)].map(([, metric = '', inside = '']) => ({
    metric,
    matchers: [...inside.matchAll(/(\w+)(=~|!~|!=|=)"([^"]*)"/g)].map(
      ([, label = '', operator = '', value = '']) => ({
        label,
        operator,
        value,
      }),
    ),
  }));
}

/** Labels that results are grouped or joined by. */
export const groupingsIn = (expression: string): string[] =>
  [...expression.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, labels = '']) => labels.split(/,\s*/));

/** Scales every range and waiting time, for tests that cannot wait for minutes. */
export function quickened(text: string, secondsPerMinute: number): string {
  const quick = (amount: string, unit: string): string =>
    `${Math.max(1, Math.round(Number(amount) * (unit === 'm' ? 1 : 60) * secondsPerMinute))}s`;
  return text
    .replaceAll(/\[(\d+)m\]/g, (_, amount: string) => `[${quick(amount, 'm')}]`)
    .replaceAll(/((?:keep_firing_)?for): (\d+)([mh])$/gm, (_, key: string, amount: string, unit: string) => {
      return `${key}: ${quick(amount, unit)}`;
    });
}
