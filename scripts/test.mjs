// `npm test`: from a bare clone to all tests. Names of projects choose among them (`npm test -- unit`); what else is
// given goes to jest.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { prepare, root } from './prepare.mjs';

const everyProject = ['unit', 'integration', 'e2e', 'operations'];
// What the tests of rules, dashboards and manifests run on, and Debian's package for each.
const servers = {
  promtool: 'prometheus',
  prometheus: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
  'rsvg-convert': 'librsvg2-bin',
};

prepare();
const given = process.argv.slice(2);
const chosen = everyProject.filter((project) => given.includes(project));
const projects = (chosen.length > 0 ? chosen : everyProject).filter(
  (project) => project !== 'operations' || canOperate(),
);
const results = join(root, '.cache/jest.json');
mkdirSync(join(root, '.cache'), { recursive: true });
rmSync(results, { force: true });
const { status } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/jest/bin/jest.js'),
    '--selectProjects',
    ...projects,
    '--maxWorkers=2',
    '--json',
    `--outputFile=${results}`,
    ...given.filter((argument) => !everyProject.includes(argument)),
  ],
  { cwd: root, stdio: ['inherit', 'ignore', 'inherit'] },
);
if (existsSync(results)) {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'));
  console.log(`tests: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}
process.exit(status ?? 1);

/** On a machine of a newcomer these tests are left out, and told; in CI a missing server is a failure. */
function canOperate() {
  const missing = Object.keys(servers).filter((command) => !isThere(command));
  if (!isThere('kubectl')) missing.push('kubectl');
  if (!existsSync('/usr/lib/python3/dist-packages/prometheus_client'))
    missing.push('python3-prometheus-client');
  if (missing.length === 0) return true;
  const packages = [...new Set(missing.map((command) => servers[command] ?? command))].join(' ');
  const remedy = `apt-get install -y --no-install-recommends ${packages}`;
  if (process.env.CI === 'true') {
    console.error(`The tests of rules, dashboards and manifests need ${missing.join(', ')}: ${remedy}`);
    process.exit(1);
  }
  console.error(`Left out: the tests on real Prometheus and Alertmanager servers. To add them: ${remedy}`);
  return false;
}

function isThere(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));
}
