import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';

export const root = join(__dirname, '../../../../..');
export const at = (...parts: readonly string[]): string => resolve(root, ...parts);
export const read = (...parts: readonly string[]): string => readFileSync(at(...parts), 'utf8');

/** Any Kubernetes object, as far as tests look into one without knowing its kind. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

/** What `kubectl apply -k` would send. */
export function render(folder: string): Manifest[] {
  return parseAll(execFileSync('kubectl', ['kustomize', at(folder)], { encoding: 'utf8' }));
}

/** An overlay with more components, as somebody who copied it would have. */
export function renderWith(overlay: string, components: readonly string[]): Manifest[] {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'overlay-')));
  const path = (below: string): string => relative(folder, at('k8s', below));
  const own = {
    resources: [path(`overlays/${overlay}`)],
    components: components.map((name) => path(`components/${name}`)),
  };
  try {
    writeFileSync(join(folder, 'kustomization.yaml'), stringify(own));
    return render(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** An overlay after somebody has copied it and changed its text. */
export function renderChanged(overlay: string, change: (text: string) => string): Manifest[] {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'overlay-')));
  const moved = read('k8s/overlays', overlay, 'kustomization.yaml').replaceAll(
    '../../',
    `${relative(folder, at('k8s'))}/`,
  );
  try {
    writeFileSync(join(folder, 'kustomization.yaml'), change(moved));
    return render(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function parseAll(text: string): Manifest[] {
  return parseAllDocuments(text).map((document): Manifest => document.toJS());
}

export function subfolders(folder: string): string[] {
  return readdirSync(at(folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** The only object of that kind and name; throws when there is none. */
export function pick<Kind extends Manifest>(
  manifests: readonly Manifest[],
  kind: Kind['kind'],
  name = 'jamie-sre-chatbot',
): Kind {
  const found = manifests.find((manifest): manifest is Kind => is(manifest, kind, name));
  if (found === undefined) throw new Error(`no ${kind} named ${name}`);
  return found;
}

const is = (manifest: Manifest, kind: string, name: string): boolean =>
  manifest.kind === kind && manifest.metadata.name === name;
