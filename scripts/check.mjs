// `npm run check`: everything that must be green. `--without-tests` leaves the tests out.
import { spawnSync } from 'node:child_process';
import { prepare, root } from './prepare.mjs';

const steps = ['format:check', 'lint', 'types', 'imports', 'dead-code', 'build'];
if (!process.argv.includes('--without-tests')) steps.push('test');

prepare();
const failed = steps.filter((step) => {
  const startedAt = Date.now();
  const { status } = spawnSync('npm', ['run', '--silent', step], { cwd: root, stdio: 'inherit' });
  console.log(
    `${status === 0 ? 'ok  ' : 'FAIL'} ${step} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`,
  );
  return status !== 0;
});
if (failed.length > 0) console.error(`Not green: ${failed.join(', ')}.`);
process.exit(failed.length > 0 ? 1 : 0);
