import { ExternalSecret } from '@kubernetes-models/external-secrets/external-secrets.io/v1beta1';
import {
  PrometheusRule,
  ServiceMonitor,
} from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { SealedSecret } from '@kubernetes-models/sealed-secrets/bitnami.com/v1alpha1';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Namespace } from 'kubernetes-models/v1/Namespace';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import ts from 'typescript';
import { type Manifest, at } from './repository';

interface Schema {
  /** Throws on wrong types, formats and missing fields; unknown fields pass. */
  readonly validate: (manifest: object) => void;
  /** The TypeScript interface, which knows every field. */
  readonly type: string;
}

const schemas: Readonly<Record<string, Schema>> = {
  Namespace: schema((data) => new Namespace(data), 'kubernetes-models/v1/Namespace', 'INamespace'),
  ServiceAccount: schema(
    (data) => new ServiceAccount(data),
    'kubernetes-models/v1/ServiceAccount',
    'IServiceAccount',
  ),
  ConfigMap: schema((data) => new ConfigMap(data), 'kubernetes-models/v1/ConfigMap', 'IConfigMap'),
  Service: schema((data) => new Service(data), 'kubernetes-models/v1/Service', 'IService'),
  Deployment: schema((data) => new Deployment(data), 'kubernetes-models/apps/v1/Deployment', 'IDeployment'),
  PodDisruptionBudget: schema(
    (data) => new PodDisruptionBudget(data),
    'kubernetes-models/policy/v1/PodDisruptionBudget',
    'IPodDisruptionBudget',
  ),
  NetworkPolicy: schema(
    (data) => new NetworkPolicy(data),
    'kubernetes-models/networking.k8s.io/v1/NetworkPolicy',
    'INetworkPolicy',
  ),
  HorizontalPodAutoscaler: schema(
    (data) => new HorizontalPodAutoscaler(data),
    'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler',
    'IHorizontalPodAutoscaler',
  ),
  ServiceMonitor: schema(
    (data) => new ServiceMonitor(data),
    '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor',
    'IServiceMonitor',
  ),
  PrometheusRule: schema(
    (data) => new PrometheusRule(data),
    '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule',
    'IPrometheusRule',
  ),
  ExternalSecret: schema(
    (data) => new ExternalSecret(data),
    '@kubernetes-models/external-secrets/external-secrets.io/v1beta1/ExternalSecret',
    'IExternalSecret',
  ),
  SealedSecret: schema(
    (data) => new SealedSecret(data),
    '@kubernetes-models/sealed-secrets/bitnami.com/v1alpha1/SealedSecret',
    'ISealedSecret',
  ),
};

/** What the API server would refuse in these objects, unknown fields included; empty when nothing. */
export function violations(manifests: readonly Manifest[]): string[] {
  return [...manifests.flatMap(wrongValues), ...unknownFields(manifests)];
}

function schema(build: (data: never) => { validate(): void }, path: string, name: string): Schema {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the point is to hand it data of any shape
  return { validate: (data) => build(data as never).validate(), type: `import('${path}').${name}` };
}

function wrongValues(manifest: Manifest): string[] {
  const known = schemas[manifest.kind];
  if (known === undefined) return [`${manifest.kind}: no schema`];
  try {
    known.validate(asKnown(manifest));
    return [];
  } catch (thrown) {
    return [`${manifest.kind} ${manifest.metadata.name}: ${String(thrown)}`];
  }
}

/** Object literals with a declared type: the compiler's excess property check finds every unknown field. */
function unknownFields(manifests: readonly Manifest[]): string[] {
  const lines = manifests.map(
    (manifest, index) =>
      `export const object${index}: ${schemas[manifest.kind]?.type ?? 'never'} = ${JSON.stringify(asKnown(manifest))};`,
  );
  const file = at('apps/jamie/test/operations/manifests-as-typescript.ts');
  const program = compile(file, lines.join('\n'));
  return ts
    .getPreEmitDiagnostics(program)
    .map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}

function compile(file: string, text: string): ts.Program {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
  };
  const host = ts.createCompilerHost(options);
  const onDisk = { getSourceFile: host.getSourceFile.bind(host), fileExists: host.fileExists.bind(host) };
  host.fileExists = (name) => name === file || onDisk.fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === file
      ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2023)
      : onDisk.getSourceFile(name, ...rest);
  return ts.createProgram([file], options, host);
}

/** The schemas are a little older than what the manifests use; take away what was added since. */
function asKnown(manifest: Manifest): object {
  const copy = structuredClone(manifest);
  if (manifest.kind === 'ExternalSecret') return { ...copy, apiVersion: 'external-secrets.io/v1beta1' };
  if (manifest.kind === 'PrometheusRule') {
    // Known since version 0.65 of the operator.
    return JSON.parse(
      JSON.stringify(copy, (key, value: unknown) => (key === 'keep_firing_for' ? undefined : value)),
    );
  }
  return copy;
}
