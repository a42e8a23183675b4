// `npm test`: from a bare clone to all tests. Names of projects choose among them (`npm test -- unit`); what else is
// given goes to jest.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { prepare, root } from './prepare.mjs';

const everyProject = ['unit', 'integration', 'e2e', 'operations'];
// Takes eleven minutes, so it runs only when it is named.
const knownProjects = [...everyProject, 'long'];
// What the tests of rules, dashboards and manifests run on, and Debian's package for each.
const servers = {
  promtool: 'prometheus',
  prometheus: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
  'rsvg-convert': 'librsvg2-bin',
};
// What the tests in some folders need besides.
const debian = 'apt-get install -y --no-install-recommends';
const browser = process.env.CHROMIUM || '/usr/bin/chromium';
const needs = [
  {
    tests: 'on a real Redis',
    folders: ['libs/redis/', 'test/replicas/'],
    there: () => isThere('redis-server'),
    remedy: `${debian} redis-server`,
  },
  {
    tests: 'of the pages in a browser',
    folders: ['test/web/'],
    there: () => existsSync(browser),
    remedy: `${debian} chromium, or CHROMIUM=/path/to/chrome`,
  },
];

prepare();
const given = process.argv.slice(2);
const chosen = knownProjects.filter((project) => given.includes(project));
const projects = (chosen.length > 0 ? chosen : everyProject).filter(
  (project) => project !== 'operations' || canOperate(),
);
const results = join(root, '.cache/jest.json');
mkdirSync(join(root, '.cache'), { recursive: true });
rmSync(results, { force: true });
const { status, signal, error } = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/jest/bin/jest.js'),
    '--selectProjects',
    ...projects,
    // More than there are cores on a small machine: most tests wait for other processes most of the time.
    '--maxWorkers=4',
    '--json',
    `--outputFile=${results}`,
    ...leftOut(),
    ...given.filter((argument) => !knownProjects.includes(argument)),
  ],
  { cwd: root, stdio: ['inherit', 'ignore', 'inherit'] },
);
const report = readReport();
if (report === undefined) console.error(`jest ended without results: ${error?.message ?? signal ?? status}`);
else printReport(report);
process.exit(report === undefined ? status || 1 : (status ?? 1));

/** Undefined when jest was killed, or ended before it had written all of it. */
function readReport() {
  try {
    return JSON.parse(readFileSync(results, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The names last: in a long log they are what one looks for. */
function printReport({ numPassedTests, numFailedTests, numPendingTests, testResults }) {
  for (const { name, status: outcome, assertionResults } of testResults) {
    const failed = assertionResults.filter((one) => one.status === 'failed');
    if (outcome === 'failed') console.log(`FAILED ${relative(root, name)}`);
    for (const { fullName } of failed) console.log(`  ${fullName}`);
  }
  console.log(`tests: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}

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

/** The same for tests in folders of their own: what makes jest leave them out. */
function leftOut() {
  const missing = needs.filter(({ there }) => !there());
  for (const { tests, remedy } of missing) {
    if (process.env.CI === 'true') {
      console.error(`The tests ${tests} need something that is not here: ${remedy}`);
      process.exit(1);
    }
    console.error(`Left out: the tests ${tests}. To add them: ${remedy}`);
  }
  const folders = missing.flatMap((need) => need.folders);
  if (folders.length === 0) return [];
  return ['/node_modules/', ...folders].map((folder) => `--testPathIgnorePatterns=${folder}`);
}

function isThere(command) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, command)));
}
