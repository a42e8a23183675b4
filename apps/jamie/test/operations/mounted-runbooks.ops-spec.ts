import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sumOf } from '@jamie/testing';
import { type TestJamie, bodyOf, startTestJamie } from '../harness';
import { until } from './support/prometheus';

// A busy machine, and child processes.
jest.setTimeout(120_000);

let folder: string;
let jamie: TestJamie;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'configmap-'));
});
afterEach(async () => {
  await jamie.close();
  rmSync(folder, { recursive: true });
});

/**
 * Writes a ConfigMap's volume as the kubelet does: files are links into `..data`, which is a link to a folder named after
 * the time and is put in place by one rename (https://pkg.go.dev/k8s.io/kubernetes/pkg/volume/util#AtomicWriter).
 */
function mount(version: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(folder, version));
  for (const [name, advice] of Object.entries(files)) {
    writeFileSync(
      join(folder, version, name),
      `# ${name.replace('.md', '')}\n\n## Mitigation\n\n${advice}\n`,
    );
  }
  symlinkSync(version, join(folder, '..data_tmp'));
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  for (const name of Object.keys(files)) {
    if (!existsSync(join(folder, name))) symlinkSync(join('..data', name), join(folder, name));
  }
}

const loaded = async (): Promise<number> => sumOf(await jamie.metrics(), 'jamie_runbooks_loaded');

async function answer(): Promise<string> {
  return (await bodyOf(await jamie.chat({ message: 'DiskFull is firing' }))).response;
}

test('a mounted ConfigMap is read once for each file, and followed when the kubelet replaces it', async () => {
  mount('..2026_01_01', { 'DiskFull.md': 'Delete old logs.' });
  jamie = await startTestJamie({ RUNBOOKS_DIR: folder });
  expect(await loaded()).toBe(1);
  expect(await answer()).toContain('Delete old logs.');
  mount('..2026_01_02', { 'DiskFull.md': 'Delete old logs.', 'NodeDown.md': 'Drain the node.' });
  await until('the second runbook is loaded', async () => (await loaded()) === 2);
  // Only what the links lead to has changed.
  mount('..2026_01_03', { 'DiskFull.md': 'Grow the volume.', 'NodeDown.md': 'Drain the node.' });
  await until('the new advice is given', async () => (await answer()).includes('Grow the volume.'));
});
