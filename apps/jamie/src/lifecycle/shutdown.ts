import type { Server } from 'node:http';
import type { Lifecycle } from './lifecycle';

const finishWithinMs = 25_000;
// Long enough that a load balancer sees "not ready" before connections are refused; only while answers are running.
const noticeMs = 1000;
const afterAbortMs = 1000;

export interface Drainable {
  readonly lifecycle: Lifecycle;
  readonly server: Server;
}

/** Not ready any more, no new connections, running answers finished within 25 s, the rest ended with an apology. */
export async function drain({ lifecycle, server }: Drainable): Promise<void> {
  lifecycle.startDraining();
  const deadline = performance.now() + finishWithinMs;
  await lifecycle.idle(noticeMs);
  // Closes idle connections too; those with a running answer end with it.
  server.close();
  await lifecycle.idle(deadline - performance.now());
  if (lifecycle.asksRunning > 0) {
    lifecycle.abortAll();
    await lifecycle.idle(afterAbortMs);
  }
  // What is still open waits for something that is no answer: an upload, an idle stream.
  server.closeAllConnections();
}
