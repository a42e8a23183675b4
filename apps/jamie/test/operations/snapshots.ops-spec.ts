import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ModelObserver } from '@jamie/core';
import { loadConfig } from '../../src/config/config';
import { type Jamie, startJamie } from '../../src/jamie';
import { nowhere } from '../harness';
import { promtool, ruleFile } from './support/prometheus';

// Child processes on a busy machine.
jest.setTimeout(120_000);

const stepSeconds = 30;
const model = 'bruno-sre';

/** Real scrapes of the real application at virtual times, as the input of `promtool test rules`. */
class Recorder {
  private readonly series = new Map<string, string[]>();
  private step = 0;

  async scrape(jamie: Jamie): Promise<void> {
    const text = await (await fetch(`http://127.0.0.1:${jamie.metricsPort}/metrics`)).text();
    const lines = text.split('\n').filter((line) => /^(ollama|api|http|slack|process_start)/.test(line));
    for (const line of lines) {
      const at = line.lastIndexOf(' ');
      this.add(asTarget(line.slice(0, at)), line.slice(at + 1));
    }
    this.add(asTarget('up'), '1');
    this.step += 1;
  }

  /** Nobody answers. */
  miss(): void {
    this.add(asTarget('up'), '0');
    this.step += 1;
  }

  input(): object[] {
    return [...this.series].map(([series, values]) => ({ series, values: values.join(' ') }));
  }

  private add(series: string, value: string): void {
    const values = this.series.get(series) ?? [];
    while (values.length < this.step)
      values.push(values.length === 0 || values.at(-1) === '_' ? '_' : 'stale');
    this.series.set(series, [...values, value]);
  }
}

/** Puts on the labels that Prometheus adds to what it scrapes. */
function asTarget(series: string): string {
  const [name = '', inside = ''] = series.split(/\{(.*)\}$/s);
  return `${name}{job="jamie-sre-chatbot",namespace="chatbots",instance="a"${inside && `,${inside}`}}`;
}

interface Traffic {
  readonly successes?: number;
  readonly errors?: number;
  readonly seconds?: number;
}

function ask(jamie: Jamie, { successes = 0, errors = 0, seconds = 1.5 }: Traffic): void {
  const observer = jamie.app.get(ModelObserver);
  for (let n = 0; n < successes; n += 1) {
    observer.firstToken(model, seconds / 4);
    observer.attemptFinished({ model, durationSeconds: seconds, outcome: 'success' });
  }
  for (let n = 0; n < errors; n += 1) {
    observer.attemptFinished({ model, durationSeconds: 0.1, outcome: 'error', code: 'OllamaUnreachable' });
  }
}

const start = (): Promise<Jamie> =>
  startJamie(
    loadConfig({ PORT: '0', METRICS_PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', OLLAMA_URL: nowhere }),
  );

async function play(recorder: Recorder, jamie: Jamie, minutes: number, traffic: Traffic): Promise<void> {
  for (let step = 0; step < (minutes * 60) / stepSeconds; step += 1) {
    ask(jamie, traffic);
    await recorder.scrape(jamie);
  }
}

/** Thirty minutes: well, a third failing, restarted, gone, slow. */
async function record(): Promise<object[]> {
  const recorder = new Recorder();
  const first = await start();
  await recorder.scrape(first);
  await play(recorder, first, 5, { successes: 4 });
  await play(recorder, first, 5, { successes: 4, errors: 2 });
  await first.close();
  const second = await start();
  await play(recorder, second, 6, { successes: 4 });
  for (let step = 0; step < 6; step += 1) recorder.miss();
  await play(recorder, second, 11, { successes: 3, seconds: 9 });
  await second.close();
  return recorder.input();
}

const firing = (minute: number, ...names: readonly string[]): object => ({
  expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
  eval_time: `${minute}m`,
  exp_samples: names.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
});

async function judge(input: readonly object[], expectations: readonly object[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'snapshots-'));
  try {
    const file = join(folder, 'snapshots.test.yaml');
    const test = { interval: `${stepSeconds}s`, input_series: input, promql_expr_test: expectations };
    writeFileSync(
      file,
      stringify({ rule_files: [ruleFile], evaluation_interval: '30s', tests: [test] }, { lineWidth: 0 }),
    );
    const { stdout, stderr } = await promtool('test', 'rules', file).catch(
      (failed: { stdout: string; stderr: string }) => failed,
    );
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the rules over half an hour of real scrapes', () => {
  let input: object[];

  beforeAll(async () => {
    input = await record();
  });

  test('tell failures, a restart, an outage and slowness apart', async () => {
    const verdict = await judge(input, [
      firing(5),
      firing(9, 'JamieHighErrorRate'),
      // The restart resets every counter; the alert ends, and nothing else begins.
      firing(11, 'JamieHighErrorRate'),
      firing(18, 'JamieServiceDown'),
      firing(20),
      firing(29, 'JamieSlowResponses'),
      {
        expr: 'round(job_model:ollama_attempts_failed:ratio_rate5m, 0.01)',
        eval_time: '10m',
        exp_samples: [
          { labels: '{job="jamie-sre-chatbot",namespace="chatbots",model="bruno-sre"}', value: 0.33 },
        ],
      },
    ]);
    expect(verdict).toContain('SUCCESS');
  });

  test('fail where something else is expected', async () => {
    expect(await judge(input, [firing(9, 'JamieServiceDown')])).toContain('FAILED');
  });
});
