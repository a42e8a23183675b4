import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';

export type PortName = 'PORT' | 'METRICS_PORT';

/** Connections that the system holds until this process takes them; Node's 511 resets some of 2,000 that come at once. */
const backlog = 4096;

/** A port cannot be opened. The message names the variable that chose it. */
export class ListenError extends Error {
  constructor(variable: PortName, port: number, host: string, code: string) {
    super(
      `Jamie cannot start: ${reason(code, host, port)}. Set ${variable}${code === 'EADDRINUSE' ? '' : ' or HOST'} to another value.`,
    );
    this.name = 'ListenError';
  }
}

function reason(code: string, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `port ${port} on ${host} is in use by another process`;
  if (code === 'EACCES') return `this user may not open port ${port}`;
  return `port ${port} on ${host} cannot be opened (${code})`;
}

/** Opens the port; 0 takes a free one. Answers the port that was opened. Throws ListenError. */
export async function listen(
  server: Server,
  variable: PortName,
  port: number,
  host: string,
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void =>
      reject(new ListenError(variable, port, host, error.code ?? error.message));
    server.once('error', failed);
    server.listen({ port, host, backlog }, () => {
      server.off('error', failed);
      resolve();
    });
  });
  return portOf(server) ?? port;
}

/** Fails at once when a port is taken, before anything heavy is loaded. */
export async function assertFree(variable: PortName, port: number, host: string): Promise<void> {
  const probe = createServer();
  await listen(probe, variable, port, host);
  await new Promise<void>((resolve) => {
    probe.close(() => resolve());
  });
}

export function portOf(server: Server): number | undefined {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' ? address?.port : undefined;
}
