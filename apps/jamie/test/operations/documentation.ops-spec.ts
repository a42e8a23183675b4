import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { settings } from '../../src/config/settings';
import { type SlackTeam, startTeam } from '../slack/slack-team';
import { samplesOf } from './support/exposition';
import { at, read, render, subfolders } from './support/repository';
import { alerts, rules } from './support/rules';

// A busy machine, and child processes.
jest.setTimeout(120_000);

const text = read('docs/operations.md');

/** Cells of the table below a heading, row by row, without their backticks. */
function table(heading: string): string[][] {
  const section = text.split(new RegExp(`^## ${heading}$`, 'm'))[1]?.split(/^## /m)[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split(' | ')
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

describe('the table of metrics', () => {
  let team: SlackTeam;
  const exposed = new Map<string, { type: string; labels: Set<string> }>();

  beforeAll(async () => {
    // With Slack on: its gauge is absent while it is off.
    team = await startTeam('socket');
    const scraped = await (await fetch(`${team.jamie.metricsUrl}/metrics`)).text();
    for (const [, name = '', type = ''] of scraped.matchAll(/^# TYPE (\S+) (\w+)$/gm)) {
      exposed.set(name, { type, labels: new Set() });
    }
    for (const { name, labels } of samplesOf(scraped)) {
      const family = exposed.get(name) ?? exposed.get(name.replace(/_(bucket|sum|count)$/, ''));
      for (const label of Object.keys(labels)) if (label !== 'le') family?.labels.add(label);
    }
  });
  afterAll(() => team.close());

  const rows = table('Metrics');

  test('has every metric that Jamie exposes', () => {
    const written = (name: string): boolean =>
      rows.some(([row = '']) => row === name || (row.endsWith('*') && name.startsWith(row.slice(0, -1))));
    expect([...exposed.keys()].filter((name) => !written(name))).toEqual([]);
  });

  test.each(rows.filter(([name = '']) => !name.endsWith('*')))(
    'is right about %s',
    (name = '', type, labels = '') => {
      // The gauge's series is absent while Slack is off, as it is here.
      const shown = name === 'slack_connected' ? ['transport'] : [...(exposed.get(name)?.labels ?? [])];
      expect(exposed.get(name)?.type).toBe(type);
      expect(
        labels
          .split(', ')
          .filter((label) => label !== '')
          .toSorted(),
      ).toEqual(shown.toSorted());
    },
  );
});

test('the table of alerts has every alert with its severity, and no other', () => {
  const written = table('Alerts').map(([name, severity]) => `${name} ${severity}`);
  const real = alerts.map(({ alert, labels }) => `${alert} ${labels?.['severity']}`);
  expect(new Set(written)).toEqual(new Set(real));
});

test('it names recorded series that exist', () => {
  const records = new Set(rules.flatMap(({ record }) => record ?? []));
  const named = [...text.matchAll(/`(job\w*:[\w:]+)`/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(3);
  expect(named.filter((name) => !records.has(name))).toEqual([]);
});

test('it names settings of Jamie that exist', () => {
  const named = [...text.matchAll(/\b((?:OLLAMA|SLACK|METRICS)_[A-Z_]+|HOST)\b/g)].map(
    ([, name = '']) => name,
  );
  const ofOllama = ['OLLAMA_NUM_PARALLEL', 'OLLAMA_HOST'];
  const known: readonly string[] = [...Object.keys(settings.shape), ...ofOllama];
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test('its links and the components it lists exist', () => {
  const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(join(dirname(at('docs/operations.md')), link)))).toEqual([]);
  for (const component of subfolders('k8s/components'))
    expect(text).toContain(`[${component}](../k8s/components/${component}`);
});

test('the patch that it shows puts the label on what the operator selects', () => {
  const snippet = /```yaml\n([\s\S]+?)```/.exec(text)?.[1] ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'overlay-'));
  try {
    const production = relative(realpathSync(folder), at('k8s/overlays/production'));
    const own = snippet.replaceAll(/^ {3}/gm, '');
    writeFileSync(
      join(folder, 'kustomization.yaml'),
      `resources: [${production}]
${own}`,
    );
    const labelled = render(folder).filter(({ metadata }) => metadata.labels?.['release'] !== undefined);
    expect(labelled.map(({ kind }) => kind).toSorted()).toEqual(['PrometheusRule', 'ServiceMonitor']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
