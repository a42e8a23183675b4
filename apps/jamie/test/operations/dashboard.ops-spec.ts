import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { dashboard, expand, linesOf, missingLabels, panels } from './support/dashboard';
import { realisticHistory } from './support/history';
import { Prometheus } from './support/prometheus';
import { at } from './support/repository';

// Child processes on a busy machine.
jest.setTimeout(120_000);

// Always the same day: what is drawn from it does not depend on when the test runs.
const endSeconds = Date.UTC(2026, 0, 15, 16, 0) / 1000;
const range = { startSeconds: endSeconds - 6 * 3600, endSeconds, stepSeconds: 60 };

describe('the dashboard as Grafana imports it', () => {
  test('was written from its rows', () => {
    const script = at('k8s/monitoring/dashboard/write.mjs');
    expect(() => execFileSync('node', [script, '--check'], { stdio: 'pipe' })).not.toThrow();
  });

  test('is the bare object, with a fixed uid and a variable for the data source and the job', () => {
    expect(dashboard).toMatchObject({
      uid: 'jamie-sre-chatbot',
      title: 'Jamie SRE Chatbot',
      schemaVersion: 39,
    });
    expect(dashboard.templating.list.map(({ name, type }) => [name, type])).toEqual([
      ['datasource', 'datasource'],
      ['job', 'query'],
    ]);
  });

  test('has panels of three kinds, with ids of their own, side by side', () => {
    expect(new Set(dashboard.panels.map(({ type }) => type))).toEqual(new Set(['row', 'stat', 'timeseries']));
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    const taken = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)}/${y + Math.floor(cell / w)}`),
    );
    expect(new Set(taken).size).toBe(taken.length);
  });

  test.each(panels.map((panel) => [panel.title, panel] as const))('%s says what it is', (_, panel) => {
    expect(panel.description).toMatch(/\.$/);
    expect(panel.fieldConfig?.defaults.unit).toBeTruthy();
    for (const { expr, datasource } of panel.targets ?? []) {
      expect(datasource.uid).toBe('${datasource}');
      expect(expr).toContain('job="$job"');
      expect(expr).not.toMatch(/\[\d+[smh]\]/);
    }
  });
});

describe('the dashboard over six hours of two replicas', () => {
  let prometheus: Prometheus;

  beforeAll(async () => {
    prometheus = await Prometheus.start();
    await prometheus.backfill(realisticHistory(range), range);
  });
  afterAll(() => prometheus.stop());

  test('every query is one that Prometheus would take as a rule', () => {
    const rules = panels.flatMap(({ id, targets = [] }) =>
      targets.map(({ expr }, index) => ({ record: `panel:${id}:${index}`, expr: expand(expr) })),
    );
    const file = join(prometheus.folder, 'panels.yaml');
    writeFileSync(file, stringify({ groups: [{ name: 'panels', rules }] }));
    expect(execFileSync('promtool', ['check', 'rules', file], { encoding: 'utf8' })).toContain('SUCCESS');
  });

  test.each(panels.map((panel) => [panel.title, panel] as const))('%s is not empty', async (_, panel) => {
    for (const { expr, legendFormat } of panel.targets ?? []) {
      const series = await prometheus.queryRange(expand(expr), range);
      const numbers = series
        .flatMap(({ values = [] }) => values)
        .filter(([, value]) => Number.isFinite(Number(value)));
      expect(numbers.length).toBeGreaterThan(0);
      expect(series.flatMap((one) => missingLabels(legendFormat, one))).toEqual([]);
    }
    const names = (await linesOf(panel, prometheus, range)).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('shows what happened: a dead model, degraded answers, a budget that shrinks', async () => {
    const valueAt = async (title: string, seconds: number): Promise<number> => {
      const panel = panels.find((one) => one.title === title);
      const [series] = await prometheus.query(expand(panel?.targets?.[0]?.expr ?? ''), seconds);
      return Number(series?.value?.[1]);
    };
    const { startSeconds } = range;
    const [before, during] = [startSeconds + 200 * 60, startSeconds + 250 * 60];
    expect(await valueAt('Model errors', before)).toBeLessThan(0.3);
    expect(await valueAt('Model errors', during)).toBeGreaterThan(0.9);
    expect(await valueAt('Degraded answers', during)).toBeGreaterThan(0);
    expect(await valueAt('Burn rate', during)).toBeGreaterThan(0.5);
    expect(await valueAt('Error budget left, 30 days', endSeconds)).toBeLessThan(
      await valueAt('Error budget left, 30 days', before),
    );
  });
});
