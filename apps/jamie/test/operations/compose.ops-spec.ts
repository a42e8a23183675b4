import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { dashboard } from './support/dashboard';
import { ruleFile } from './support/prometheus';
import { at, read } from './support/repository';

// A busy machine, and child processes.
jest.setTimeout(120_000);

interface Service {
  readonly image?: string;
  readonly profiles?: readonly string[];
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, object>>;
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly command?: readonly string[];
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const compose: Compose = parse(read('compose.yaml'), { merge: true });
const services = Object.entries(compose.services);
const configuration = (name: string): string => at('k8s/monitoring/compose', name);

test('Jamie runs alone; the rest is by profile', () => {
  const profiles = Object.fromEntries(services.map(([name, { profiles: of = [] }]) => [name, of]));
  expect(profiles).toEqual({
    jamie: [],
    'ollama-cpu': ['ollama-cpu'],
    'ollama-gpu': ['ollama-gpu'],
    model: ['ollama-cpu', 'ollama-gpu'],
    prometheus: ['observability'],
    alertmanager: ['observability'],
    grafana: ['observability'],
  });
});

test('all that is mounted exists, and every service that is waited for', () => {
  const mounted = services.flatMap(([, { volumes = [] }]) =>
    volumes.map((volume) => volume.split(':')[0] ?? ''),
  );
  for (const source of mounted)
    expect([source, existsSync(at(source)) || source in compose.volumes]).toEqual([source, true]);
  const awaited = services.flatMap(([, { depends_on = {} }]) => Object.keys(depends_on));
  expect(awaited.filter((name) => !(name in compose.services))).toEqual([]);
});

test('ports are open to this machine alone, each once', () => {
  const ports = services.flatMap(([, { ports: of = [] }]) => of);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  expect(new Set(ports.map((port) => port.split(':')[1])).size).toBe(ports.length);
});

test('images have versions', () => {
  for (const [, { image }] of services) expect(image).toMatch(/:v?\d+\.\d+/);
});

test('Jamie is read-only, without capabilities, and has time to finish', () => {
  const { jamie } = compose.services;
  expect(jamie).toMatchObject({ read_only: true, cap_drop: ['ALL'], stop_grace_period: '40s' });
});

test("Prometheus' configuration is valid, scrapes Jamie under the job that the rules know, and tells Alertmanager", () => {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'));
  try {
    const file = join(folder, 'prometheus.yml');
    writeFileSync(
      file,
      read('k8s/monitoring/compose/prometheus.yml').replace('/etc/prometheus/jamie.rules.yaml', ruleFile),
    );
    expect(execFileSync('promtool', ['check', 'config', file], { encoding: 'utf8' })).toContain('SUCCESS');
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { scrape_configs: jobs }: { scrape_configs: unknown } = parse(
    read('k8s/monitoring/compose/prometheus.yml'),
  );
  expect(jobs).toEqual([
    { job_name: 'jamie-sre-chatbot', sample_limit: 2000, static_configs: [{ targets: ['jamie:9090'] }] },
  ]);
});

test("Alertmanager's configuration is valid", () => {
  expect(
    execFileSync('amtool', ['check-config', configuration('alertmanager.yml')], { encoding: 'utf8' }),
  ).toContain('SUCCESS');
});

test('Grafana is given the data source and the folder of the dashboard', () => {
  const { datasources }: { datasources: unknown } = parse(
    read('k8s/monitoring/compose/grafana-datasource.yaml'),
  );
  expect(datasources).toMatchObject([{ type: 'prometheus', url: 'http://prometheus:9090', isDefault: true }]);
  const { providers }: { providers: unknown } = parse(read('k8s/monitoring/compose/grafana-dashboards.yaml'));
  const { volumes = [], environment = {} } = compose.services['grafana'] ?? {};
  expect(providers).toMatchObject([{ options: { path: '/var/lib/grafana/dashboards' } }]);
  expect(volumes).toContain('./k8s/components/dashboard:/var/lib/grafana/dashboards:ro');
  expect(environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']).toBe(
    `/var/lib/grafana/dashboards/${dashboard.uid}.json`,
  );
});
