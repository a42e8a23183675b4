import { spawnSync } from 'node:child_process';
import { type Samples, parseMetrics } from '@jamie/testing';

/** A sample, taken apart. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** prom-client writes `Nan` for the event loop's lag when nothing was measured since the last scrape; here it is 0. */
export const samplesOf = (text: string): Sample[] => [
  ...parsed(parseMetrics(text.replaceAll(/ Nan$/gm, ' 0'))),
];

function* parsed(samples: Samples): Iterable<Sample> {
  for (const [series, value] of samples) {
    const [name = '', inside = ''] = series.split(/\{(.*)\}$/s);
    const pairs = [...inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
    yield { name, labels: Object.fromEntries(pairs.map(([, label, text]) => [label, text])), value };
  }
}

/** What `promtool check metrics` says against our own metrics; prom-client's defaults have names it would rather not. */
export function promtoolComplaints(text: string): string[] {
  const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  const lines = stderr.split('\n').filter((line) => line !== '');
  return status === 0 ? [] : lines.filter((line) => !/^(nodejs|process)_/.test(line));
}

const strictParser = `
import sys
from prometheus_client.openmetrics.parser import text_string_to_metric_families
families = list(text_string_to_metric_families(sys.stdin.read()))
print(sum(len(family.samples) for family in families))
`;

/**
 * How many samples the strict OpenMetrics parser of Debian's python3-prometheus-client finds; throws when it refuses.
 * It sees what Prometheus lets pass: duplicates, buckets that shrink, a +Inf that is not the count, interleaved families.
 */
export function strictlyParsed(text: string): number {
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', strictParser], {
    input: asOpenMetrics(text),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr.trim().split('\n').at(-1));
  return Number(stdout);
}

/** The same samples as OpenMetrics, where a counter's family is named without `_total`. */
function asOpenMetrics(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const counters = new Set(lines.map((line) => /^# TYPE (\S+)_total counter$/.exec(line)?.[1]));
  const renamed = lines.map((line) =>
    line.replace(
      /^(# (?:HELP|TYPE) )(\S+)_total( .*)$/,
      (whole: string, start: string, name: string, end: string) =>
        counters.has(name) ? `${start}${name}${end}` : whole,
    ),
  );
  return `${renamed.join('\n')}\n# EOF\n`;
}
