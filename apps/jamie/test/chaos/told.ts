import { type Samples, parseMetrics, sumOf } from '@jamie/testing';

export async function scrape(metricsUrl: string): Promise<Samples> {
  return parseMetrics(await (await fetch(`${metricsUrl}/metrics`)).text());
}

/** What an operator reads in the metrics of what went wrong between two scrapes. */
export function toldBetween(before: Samples, after: Samples): string {
  const grown = [...after]
    .map(([series, value]) => ({ words: wordsFor(series), by: value - (before.get(series) ?? 0) }))
    .filter(({ words, by }) => words !== undefined && by > 0);
  const names = [...new Set(grown.flatMap(({ words }) => words ?? []))];
  const sum = (name: string): number =>
    grown.reduce((total, { words, by }) => total + (words === name ? by : 0), 0);
  return names.map((name) => `${sum(name)} ${name}`).join(', ');
}

/** Degraded answers, of which there are so many more. */
export function degradedBetween(before: Samples, after: Samples): number {
  const name = 'jamie_degraded_answers_total';
  return sumOf(after, name) - sumOf(before, name);
}

function wordsFor(series: string): string | undefined {
  const label = (name: string): string => new RegExp(`${name}="([^"]*)"`, 'u').exec(series)?.[1] ?? '';
  if (series.startsWith('ollama_errors_total{')) return label('error_type');
  if (series.startsWith('ollama_requests_total{') && label('status') === 'rejected') return 'rejected';
  if (series.startsWith('slack_api_calls_total{') && label('status') === 'error')
    return 'failed calls to Slack';
  if (series.startsWith('slack_refused_requests_total{')) return `refused as ${label('reason')}`;
  return series.startsWith('slack_duplicate_deliveries_total') ? 'duplicate deliveries' : undefined;
}
