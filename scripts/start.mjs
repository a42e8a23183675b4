// `npm start`: from a bare clone to a running Jamie.
import { createRequire } from 'node:module';
import { entry, prepare } from './prepare.mjs';

const parent = process.ppid;

prepare();
process.env.WELCOME ||= 'true';
if (process.env.npm_lifecycle_event === 'start') stopWithShell();
// In this process, so that signals reach Jamie itself.
createRequire(import.meta.url)(entry);

/** npm passes a SIGTERM on to the shell between it and us, which ends without passing it on. */
function stopWithShell() {
  let isWatching = false;
  const timer = setInterval(() => {
    // Before Jamie listens to signals, a listener of ours would only keep Ctrl-C from working.
    if (process.listenerCount('SIGTERM') === 0) return;
    // Who was asked to stop must not be asked again: a second signal means at once.
    if (!isWatching) for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => clearInterval(timer));
    isWatching = true;
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}
