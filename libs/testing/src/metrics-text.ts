/** Samples of Prometheus' text format 0.0.4, by series as written: `name{label="value"}`. */
export type Samples = ReadonlyMap<string, number>;

/** Reads what a scrape returns. Throws on a line it does not understand. */
export function parseMetrics(text: string): Samples {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const at = line.lastIndexOf(' ');
    const value = Number(line.slice(at + 1).replace('+Inf', 'Infinity'));
    // A mean of nothing is "Nan" in prom-client's spelling, which Prometheus reads.
    if (at < 0 || (Number.isNaN(value) && !/ nan$/iu.test(line))) throw new Error(`not a sample: ${line}`);
    samples.set(line.slice(0, at), value);
  }
  return samples;
}

/** Sum of all series of that name whose labels contain all of these. */
export function sumOf(
  samples: Samples,
  name: string,
  labels: Readonly<Record<string, string | number>> = {},
): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  let sum = 0;
  for (const [series, value] of samples) {
    const [base = '', rest = ''] = series.split(/\{(.*)\}$/s);
    if (base === name && wanted.every((pair) => rest.split(/,(?=\w+=")/).includes(pair))) sum += value;
  }
  return sum;
}
