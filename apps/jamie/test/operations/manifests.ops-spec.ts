import { routes } from '../../src/http/routes';
import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { IService } from 'kubernetes-models/v1/Service';
import { settings } from '../../src/config/settings';
import {
  type Manifest,
  parseAll,
  pick,
  read,
  render,
  renderChanged,
  renderWith,
  subfolders,
} from './support/repository';
import { violations } from './support/schemas';

// Child processes on a busy machine.
jest.setTimeout(120_000);

type Named<Kind> = Kind & Manifest;
type Labels = Readonly<Record<string, string>>;

const overlays = subfolders('k8s/overlays');
const rendered = new Map(overlays.map((overlay) => [overlay, render(`k8s/overlays/${overlay}`)]));
const production = rendered.get('production') ?? [];
const scaled = renderWith('production', ['hpa', 'runbooks']);
const examples = ['externalsecret', 'sealedsecret'].flatMap((name) =>
  parseAll(read(`k8s/examples/${name}.yaml`)),
);

const includes = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);

/** What the restricted Pod Security Standard wants, and a little more. */
function expectRestricted(pod: IPodSpec | undefined): void {
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
  });
  const [container] = pod?.containers ?? [];
  expect(container?.securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(container?.resources?.limits).toHaveProperty('memory');
  expect(container?.image).not.toMatch(/:latest$|^[^:]+$/);
}

const secrets = ['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN', 'LOGFIRE_TOKEN', 'API_KEYS'];

describe('what would be sent to the API server', () => {
  test.each(overlays)('renders as %s, with nothing the schemas refuse', (overlay) => {
    expect(violations(rendered.get(overlay) ?? [])).toEqual([]);
  });

  test('and so do the parts that no overlay uses', () => {
    expect(violations([...scaled, ...examples])).toEqual([]);
  });

  test.each([
    ['"replicas":1', '"replicaz":1', 'replicaz'],
    ['"interval":"30s"', '"intervall":"30s"', 'intervall'],
    ['"interval":"30s"', '"interval":"30 seconds"', 'interval must match pattern'],
    ['"containerPort":8080', '"containerPort":"8080"', 'containerPort must be integer'],
    ['"selector":', '"selektor":', 'must have required property selector'],
  ])('the check itself sees %s become %s', (right, wrong, complaint) => {
    const broken = production.map((manifest): Manifest => {
      return JSON.parse(JSON.stringify(manifest).replace(right, wrong));
    });
    expect(violations(broken).join('\n')).toContain(complaint);
  });
});

describe.each(overlays)('the parts of %s fit together', (overlay) => {
  const manifests = rendered.get(overlay) ?? [];
  const deployment = pick<Named<IDeployment>>(manifests, 'Deployment');
  const service = pick<Named<IService>>(manifests, 'Service');
  const pod = deployment.spec?.template;
  const podLabels: Labels = pod?.metadata?.labels ?? {};
  const container = pod?.spec?.containers[0];
  const ports = container?.ports ?? [];

  test('everything lives in the namespace chatbots, which wants restricted pods', () => {
    const namespaced = manifests.filter(({ kind }) => kind !== 'Namespace');
    expect(new Set(namespaced.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['chatbots']));
    const labels = pick<Named<INamespace>>(manifests, 'Namespace', 'chatbots').metadata.labels ?? {};
    expect(labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
  });

  test('every object of Jamie carries both labels', () => {
    const own = manifests.filter(
      ({ kind, metadata }) => kind !== 'Namespace' && !metadata.name.endsWith('-redis'),
    );
    for (const { metadata } of own) {
      expect(metadata.labels).toMatchObject({
        app: 'jamie-sre-chatbot',
        'app.kubernetes.io/name': 'jamie-sre-chatbot',
      });
    }
  });

  test('the Service leads to the pods, by ports that exist', () => {
    expect(includes(podLabels, service.spec?.selector ?? {})).toBe(true);
    expect(includes(podLabels, deployment.spec?.selector.matchLabels ?? {})).toBe(true);
    expect(ports).toEqual([
      { name: 'http', containerPort: 8080 },
      { name: 'metrics', containerPort: 9090 },
    ]);
    expect(service.spec?.ports).toEqual([
      { name: 'http', port: 8080, targetPort: 'http' },
      { name: 'metrics', port: 9090, targetPort: 'metrics' },
    ]);
  });

  test.each(['startupProbe', 'livenessProbe', 'readinessProbe'] as const)(
    '%s asks a route that exists',
    (probe) => {
      const request = container?.[probe]?.httpGet;
      const served = routes.filter(({ port, methods }) => port !== 'metrics' && methods.includes('GET'));
      expect(served.map(({ path }) => path)).toContain(request?.path);
      expect(request?.port).toBe('http');
    },
  );

  test('readiness alone looks at more than the process', () => {
    expect(container?.livenessProbe?.httpGet?.path).toBe('/health/live');
    expect(container?.startupProbe?.httpGet?.path).toBe('/health/live');
    expect(container?.readinessProbe?.httpGet?.path).toBe('/health/ready');
  });

  test('a slow start has a minute, and an ending pod has time for its answers', () => {
    const { periodSeconds = 10, failureThreshold = 3 } = container?.startupProbe ?? {};
    expect(periodSeconds * failureThreshold).toBeGreaterThanOrEqual(60);
    const preStop = container?.lifecycle?.preStop?.sleep?.seconds ?? 0;
    expect(pod?.spec?.terminationGracePeriodSeconds).toBeGreaterThan(preStop + 25);
  });

  test('nothing is privileged, writable or handed a token', () => {
    expectRestricted(pod?.spec);
  });

  test("Node's heap stays well below the memory limit", () => {
    const heap = container?.env?.find(({ name }) => name === 'NODE_OPTIONS')?.value?.match(/=(\d+)$/)?.[1];
    const limit = String(container?.resources?.limits?.['memory']).match(/^(\d+)Mi$/)?.[1];
    expect(Number(heap)).toBeLessThanOrEqual(Number(limit) * 0.75);
  });

  test('the configuration holds only variables that Jamie knows and accepts, and no secret', () => {
    const { data = {} } = pick<Named<IConfigMap>>(manifests, 'ConfigMap', 'jamie-sre-chatbot-config');
    const known: readonly string[] = Object.keys(settings.shape);
    expect(Object.keys(data).filter((name) => !known.includes(name))).toEqual([]);
    expect(settings.safeParse(data).error?.issues).toBeUndefined();
    expect(container?.envFrom).toEqual([
      { configMapRef: { name: 'jamie-sre-chatbot-config' } },
      { secretRef: { name: 'jamie-sre-chatbot-secrets', optional: true } },
    ]);
  });
});

describe('production', () => {
  const service = pick<Named<IService>>(production, 'Service');
  const monitor = pick<Named<IServiceMonitor>>(production, 'ServiceMonitor');

  test('the ServiceMonitor finds the Service and its port', () => {
    expect(includes(service.metadata.labels ?? {}, monitor.spec.selector.matchLabels ?? {})).toBe(true);
    const [endpoint] = monitor.spec.endpoints ?? [];
    expect(endpoint).toMatchObject({ port: 'metrics', path: '/metrics', interval: '30s' });
    expect(service.spec?.ports?.map(({ name }) => name)).toContain(endpoint?.port);
    expect(routes).toContainEqual(expect.objectContaining({ path: endpoint?.path, port: 'metrics' }));
  });

  test('the network policies open the ports that are used, by names that the pods have', () => {
    const policy = pick<Named<INetworkPolicy>>(production, 'NetworkPolicy');
    const opened = policy.spec?.ingress?.flatMap(({ ports }) => ports?.map(({ port }) => port));
    expect(opened).toEqual(['http', 'metrics']);
    const reached = policy.spec?.egress?.flatMap(({ ports }) => ports?.map(({ port }) => port));
    expect(reached).toEqual([53, 53, 11434, 6379, 4317, 4318, 443]);
  });

  test('two replicas run, and share their state', () => {
    expect(pick<Named<IDeployment>>(production, 'Deployment').spec?.replicas).toBe(2);
    const { data } = pick<Named<IConfigMap>>(production, 'ConfigMap', 'jamie-sre-chatbot-config');
    expect(data?.['REDIS_URL']).toBe('redis://jamie-sre-chatbot-redis:6379');
  });

  test("every alert's runbook is looked for where the overlay says", () => {
    const address = 'git.example.org/sre/jamie/blob/main';
    const changed = renderChanged('production', (text) => text.replace(/address=.*/, `address=${address}`));
    const links = [...JSON.stringify(changed).matchAll(/"runbook_url":"([^"]+)"/g)].map(
      ([, link]) => link ?? '',
    );
    expect(links.length).toBeGreaterThan(10);
    const misled = links.filter((link) => !link.startsWith(`https://${address}/runbooks/jamie/Jamie`));
    expect(misled).toEqual([]);
  });

  test('Grafana finds the dashboard', () => {
    const dashboard = pick<Named<IConfigMap>>(production, 'ConfigMap', 'jamie-sre-chatbot-dashboard');
    expect(dashboard.metadata.labels).toMatchObject({ grafana_dashboard: '1' });
    expect(Object.keys(dashboard.data ?? {})).toEqual(['jamie-sre-chatbot.json']);
  });

  test('the examples of secrets make the Secret that the Deployment reads, with variables that exist', () => {
    const keys = /^\s+(?:- secretKey: )?(SLACK_\w+|LOGFIRE_\w+|API_KEYS)(?:: PLACEHOLDER)?$/gm;
    for (const name of ['externalsecret', 'sealedsecret']) {
      const text = read(`k8s/examples/${name}.yaml`);
      expect(parseAll(text)[0]?.metadata).toEqual({
        name: 'jamie-sre-chatbot-secrets',
        namespace: 'chatbots',
      });
      const variables = [...text.matchAll(keys)].map(([, variable]) => variable ?? '');
      expect(variables).toContain('SLACK_BOT_TOKEN');
      expect(variables.filter((variable) => !secrets.includes(variable))).toEqual([]);
    }
  });
});

describe('production with the autoscaler and runbooks of its own', () => {
  const { spec } = pick<Named<IDeployment>>(scaled, 'Deployment');
  const { data } = pick<Named<IConfigMap>>(scaled, 'ConfigMap', 'jamie-sre-chatbot-config');

  test('shares its state, and leaves the number of replicas to the autoscaler', () => {
    const redis = pick<Named<IService>>(scaled, 'Service', 'jamie-sre-chatbot-redis');
    expect(data?.['REDIS_URL']).toBe(`redis://${redis.metadata.name}:${redis.spec?.ports?.[0]?.port}`);
    expect(spec?.replicas).toBeUndefined();
    const { spec: scaling } = pick<Named<IHorizontalPodAutoscaler>>(scaled, 'HorizontalPodAutoscaler');
    expect(scaling?.scaleTargetRef).toMatchObject({ kind: 'Deployment', name: 'jamie-sre-chatbot' });
  });

  test('keeps the pods of Redis and of Jamie apart', () => {
    const redis = pick<Named<IDeployment>>(scaled, 'Deployment', 'jamie-sre-chatbot-redis').spec?.template;
    const service = pick<Named<IService>>(scaled, 'Service');
    expect(includes(redis?.metadata?.labels ?? {}, service.spec?.selector ?? {})).toBe(false);
    expect(includes(spec?.template.metadata?.labels ?? {}, { app: 'jamie-sre-chatbot-redis' })).toBe(false);
    expectRestricted(redis?.spec);
  });

  test('mounts the runbooks where it looks for them', () => {
    const mounts = spec?.template.spec?.containers[0]?.volumeMounts ?? [];
    expect(mounts).toContainEqual({ name: 'runbooks', mountPath: data?.['RUNBOOKS_DIR'], readOnly: true });
    const volumes = spec?.template.spec?.volumes ?? [];
    expect(volumes).toContainEqual({ name: 'runbooks', configMap: { name: 'jamie-sre-chatbot-runbooks' } });
  });
});
