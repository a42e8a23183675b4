// `npm run licences`: what Jamie is made of and under which terms, and whether the lock file can be trusted.
// `--list` prints every package.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

// Permissive all of them: they ask for a notice at most.
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Python-2.0',
  'Unlicense',
]);
// Its terms bind whoever changes its own files; fine for tools that are not shipped.
const allowedForDevelopment = new Set([...allowed, 'MPL-2.0']);
// Packages whose package.json names no licence; the terms stand in their LICENSE file.
const readByHand = { busboy: 'MIT', streamsearch: 'MIT' };

const { packages, lockfileVersion } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const installed = Object.entries(packages)
  .filter(([path]) => path !== '')
  .map(([path, entry]) => ({
    name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
    ...entry,
    licence: entry.license ?? readByHand[path.slice(path.lastIndexOf('node_modules/') + 13)] ?? 'none named',
  }));
const problems = installed.flatMap((entry) => problemsOf(entry));
if (lockfileVersion !== 3) problems.push(`package-lock.json has version ${lockfileVersion}, not 3`);

if (process.argv.includes('--list')) {
  for (const { name, version, licence, dev } of installed) {
    console.log(`${name}@${version}\t${licence}\t${dev ? 'development' : 'production'}`);
  }
}
for (const dev of [false, true]) console.log(summary(dev));
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

function problemsOf({ name, version, licence, integrity, resolved, dev = false }) {
  const found = [];
  if (!isAllowed(licence, dev ? allowedForDevelopment : allowed))
    found.push(`${name}@${version} has the licence "${licence}", which is not in the list`);
  if (!/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? ''))
    found.push(`${name}@${version} has no sha512 in the lock file`);
  if (resolved !== undefined)
    found.push(`${name}@${version} is bound to an address in the lock file: ${resolved}`);
  return found;
}

/** Of an SPDX expression: every part that is joined with AND, one of those joined with OR. */
function isAllowed(expression, terms) {
  const parts = expression.replace(/[()]/g, '');
  if (parts.includes(' OR ')) return parts.split(' OR ').some((part) => isAllowed(part, terms));
  return parts.split(' AND ').every((part) => terms.has(part.trim()));
}

function summary(dev) {
  const counts = new Map();
  for (const { licence, dev: forDevelopment = false } of installed) {
    if (forDevelopment === dev) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([, left], [, right]) => right - left);
  const total = sorted.reduce((sum, [, count]) => sum + count, 0);
  return `${dev ? 'development' : 'production'}: ${total} packages; ${sorted.map(([name, count]) => `${name} ${count}`).join(', ')}`;
}
