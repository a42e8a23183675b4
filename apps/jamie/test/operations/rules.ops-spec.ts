import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { type SlackTeam, startTeam } from '../slack/slack-team';
import { panels } from './support/dashboard';
import { type Sample, samplesOf } from './support/exposition';
import { promtool, ruleFile } from './support/prometheus';
import { at, read } from './support/repository';
import { type Use, alerts, groupingsIn, rules, usesIn } from './support/rules';

// Child processes on a busy machine.
jest.setTimeout(120_000);

const testFiles = readdirSync(at('k8s/monitoring/tests'));
const tests = testFiles.map((file) => read('k8s/monitoring/tests', file)).join('\n');

/** Every single expectation of the rule tests. */
const expectations = testFiles.flatMap((file) => {
  const { tests: cases }: { tests: RuleTest[] } = parse(read('k8s/monitoring/tests', file));
  return cases.flatMap(({ alert_rule_test = [], promql_expr_test = [] }) => [
    ...alert_rule_test,
    ...promql_expr_test,
  ]);
});

interface Expectation {
  readonly alertname?: string;
  readonly expr?: string;
  readonly exp_alerts?: readonly unknown[];
  readonly exp_samples?: readonly unknown[];
}

interface RuleTest {
  readonly alert_rule_test?: readonly Expectation[];
  readonly promql_expr_test?: readonly Expectation[];
}

/** Breaks the rules in one place at a time: `npm run test:mutation` breaks them in every place. */
const mutate = (...args: readonly string[]): { status: number | null; stdout: string } =>
  spawnSync('node', [at('k8s/monitoring/mutate-rules.mjs'), ...args], { encoding: 'utf8' });

/** Metrics of Prometheus itself, about each target. */
const ofTheTarget = ['up', 'scrape_samples_scraped', 'scrape_duration_seconds'];
const targetLabels = ['job', 'namespace', 'instance'];

describe('the rules', () => {
  test('are the same in plain form', () => {
    const script = at('k8s/monitoring/plain-rules.mjs');
    expect(() => execFileSync('node', [script, '--check'], { stdio: 'pipe' })).not.toThrow();
  });

  test('are valid', async () => {
    expect((await promtool('check', 'rules', ruleFile)).stdout).toContain('SUCCESS');
  });

  test.each(testFiles)('do what %s says', async (file) => {
    expect((await promtool('test', 'rules', at('k8s/monitoring/tests', file))).stdout).toContain('SUCCESS');
  });

  test('have a test that fails for each alert that is broken in one place', () => {
    const { status, stdout } = mutate('--sample');
    expect(stdout).toMatch(/^\d\d mutants, 0 survived, /m);
    expect(status).toBe(0);
  }, 600_000);

  test('would be told of when no test held an alert', () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-tests-'));
    try {
      const { status, stdout } = mutate('--sample', `--tests=${folder}`, 'JamieServiceDown');
      expect(stdout).toMatch(/^survived: JamieServiceDown: /m);
      expect(status).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('name the job in every selector, and have one test or more each', () => {
    for (const { expr, alert, record = '' } of rules) {
      const raw = usesIn(expr).filter(({ metric }) => !metric.includes(':'));
      for (const { matchers } of raw) {
        expect(matchers).toContainEqual({ label: 'job', operator: '=', value: 'jamie-sre-chatbot' });
      }
      expect(tests).toContain(alert ?? record.split(':')[1]);
    }
  });

  test('are recorded only to be read', () => {
    const readers = [...alerts, ...rules].map(({ expr }) => expr);
    const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    for (const { record } of rules) {
      if (record !== undefined)
        expect([...readers, ...queries].some((expr) => expr.includes(record))).toBe(true);
    }
  });
});

describe.each(alerts.map((alert) => [alert.alert, alert] as const))(
  '%s',
  (name, { labels, annotations, ...alert }) => {
    test('says how bad it is, what it is, with a number, and what to do', () => {
      expect(['warning', 'critical']).toContain(labels?.['severity']);
      expect(annotations?.['summary']).toMatch(/\w{3}/);
      expect(annotations?.['description']).toMatch(/\$value|\d/);
      expect(annotations?.['runbook_url']).toMatch(new RegExp(`^https://.+/runbooks/jamie/${name}\\.md$`));
      expect(existsSync(at('runbooks/jamie', `${name}.md`))).toBe(true);
    });

    test('waits a little, unless it counts over half an hour itself', () => {
      expect(alert.for ?? alert.expr).toMatch(/^\d+[mh]$|\[30m\]/);
    });

    test('is tested firing, with its words, and silent', () => {
      const told = expectations.filter(({ alertname }) => alertname === name);
      expect(told.some(({ exp_alerts = [] }) => exp_alerts.length > 0)).toBe(true);
      const aboutIt = new RegExp(`"${name}"|alertname!=`);
      const silent = expectations.filter(
        ({ exp_alerts, exp_samples }) => (exp_alerts ?? exp_samples ?? [0]).length === 0,
      );
      expect(silent.some(({ alertname, expr = '' }) => alertname === name || aboutIt.test(expr))).toBe(true);
    });
  },
);

test('every runbook about Jamie belongs to an alert', () => {
  const runbooks = readdirSync(at('runbooks/jamie')).map((file) => basename(file, '.md'));
  expect(new Set(runbooks)).toEqual(new Set(alerts.map(({ alert }) => alert)));
});

describe('against what Jamie exposes before anything has happened', () => {
  let team: SlackTeam;
  let samples: Sample[];

  // With Slack on: what is said about it is absent while it is off.
  beforeAll(async () => {
    team = await startTeam('socket');
    samples = samplesOf(await (await fetch(`${team.jamie.metricsUrl}/metrics`)).text());
  });
  afterAll(() => team.close());

  const labelsOf = (metric: string): Set<string> =>
    new Set([
      ...targetLabels,
      ...samples.filter(({ name }) => name === metric).flatMap(({ labels }) => Object.keys(labels)),
    ]);
  const known = (metric: string): boolean =>
    ofTheTarget.includes(metric) || metric.includes(':') || samples.some(({ name }) => name === metric);
  const valuesOf = (metric: string, label: string): (string | undefined)[] =>
    samples.filter(({ name }) => name === metric).map(({ labels }) => labels[label]);

  const uses: Use[] = rules.flatMap(({ expr }) => usesIn(expr));
  const shown: Use[] = panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => usesIn(expr)));
  const unknown = (all: readonly Use[]): string[] => [
    ...new Set(all.map(({ metric }) => metric).filter((metric) => !known(metric))),
  ];

  test('the rules and the dashboard read only metrics that exist', () => {
    expect(unknown(uses)).toEqual([]);
    expect(unknown(shown)).toEqual([]);
  });

  test('they select and group only by labels and values that exist', () => {
    for (const { metric, matchers } of uses.filter((use) => !use.metric.includes(':'))) {
      for (const { label, operator, value } of matchers) {
        expect([metric, [...labelsOf(metric)]]).toEqual([metric, expect.arrayContaining([label])]);
        const written = operator === '=' && !targetLabels.includes(label) && known(metric);
        if (written) expect(valuesOf(metric, label)).toContain(value);
      }
    }
    const groupings = new Set(rules.flatMap(({ expr }) => groupingsIn(expr)));
    expect([...groupings].filter((label) => ![...targetLabels, 'model', 'le'].includes(label))).toEqual([]);
  });

  test("the largest bucket is the one that JamieLatencyUnmeasurable knows, and the scrape's limit is far away", () => {
    const bounds = valuesOf('ollama_request_duration_seconds_bucket', 'le').map((le) =>
      Number(le?.replace('+Inf', 'NaN')),
    );
    expect(Math.max(...bounds.filter(Number.isFinite))).toBe(300);
    expect(bounds).toContain(5);
    expect(samples.length).toBeLessThan(1000);
  });
});
