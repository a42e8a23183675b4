// Shared by the scripts that people run first: makes sure that dependencies and build are there, and says so while it takes long.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
export const entry = join(root, 'dist/apps/jamie/src/main.js');

const oldestNode = [20, 19];

/** Everything `npm start` and `npm test` need. At once when there is nothing to do. */
export function prepare() {
  requireNode();
  install();
  build();
}

// What is said on the way is for people: standard output belongs to the program that is prepared.
const aside = { stdio: ['inherit', 2, 'inherit'] };

/** Runs a command in the repository; ends this process with its exit code when it fails. */
export function run(command, parameters, options = {}) {
  const { status, error } = spawnSync(command, parameters, { cwd: root, stdio: 'inherit', ...options });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  console.error(`Jamie needs Node.js ${oldestNode.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

function install() {
  if (modified('node_modules/.package-lock.json') >= modified('package-lock.json')) return;
  console.error('Installing dependencies (npm ci). This takes a minute or two, once.');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], aside);
}

function build() {
  // The build leaves libs/testing and all tests out.
  const libraries = readdirSync(join(root, 'libs')).filter((name) => name !== 'testing');
  const folders = ['apps/jamie/src', ...libraries.map((name) => `libs/${name}/src`)];
  const sources = folders.flatMap((folder) => files(join(root, folder)));
  const settings = ['tsconfig.json', 'nest-cli.json', 'apps/jamie/tsconfig.app.json', 'package-lock.json'];
  const newest = Math.max(...sources.map(modifiedAt), ...settings.map(modified));
  if (modifiedAt(entry) >= newest) return;
  console.error('Building (npm run build). This takes about 15 seconds, and only after a change.');
  run('npm', ['run', '--silent', 'build'], aside);
}

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile() && item.name.endsWith('.ts') && !/[.-]spec\.ts$/.test(item.name))
    .map((item) => join(item.parentPath ?? item.path, item.name));
}

function modified(path) {
  return modifiedAt(join(root, path));
}

/** 0 for a file that is not there. */
function modifiedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
