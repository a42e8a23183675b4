import type { RemoteJamie } from '../remote-jamie';
import type { Shelf } from './shelf';

/** What `--help` says of where a command looks. */
export const shelfHelp = `Looks into RUNBOOKS_DIR of this machine, or asks the Jamie that --url or JAMIE_URL names.

  --url ADDRESS   the Jamie to ask
  --api-key KEY   its key, where it wants one; JAMIE_API_KEY keeps it out of the list of processes
  --local         this machine's runbooks, even where JAMIE_URL is set`;

/** A running Jamie's when one is named, this machine's otherwise. Throws CommandError, UsageError. */
export async function openShelf(
  { url, apiKey }: { readonly [K in keyof RemoteJamie]: RemoteJamie[K] | undefined },
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Shelf> {
  if (url === undefined) return (await import('./folder-shelf.js')).openFolder(environment);
  return (await import('./remote-shelf.js')).remoteShelf({ url, apiKey }, signal);
}
