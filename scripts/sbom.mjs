// `npm run sbom`: a CycloneDX list of what goes into the image, on standard output.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

const { status, stdout, stderr } = spawnSync(
  'npm',
  ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'],
  { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 },
);
if (status !== 0) {
  console.error(stderr);
  process.exit(1);
}
const bill = JSON.parse(stdout);
// npm's own `--omit=dev` also leaves out what production and a development tool both need.
const isForDevelopment = ({ properties = [] }) =>
  properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true');
const components = bill.components.filter((component) => !isForDevelopment(component));
const kept = new Set([
  bill.metadata.component['bom-ref'],
  ...components.map((component) => component['bom-ref']),
]);
// npm takes the folder's name.
bill.metadata.component.name = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).name;
const dependencies = bill.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
console.log(JSON.stringify({ ...bill, components, dependencies }, undefined, 2));
