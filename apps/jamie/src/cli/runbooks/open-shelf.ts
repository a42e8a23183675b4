import { remoteOf, remoteOptions } from '../remote-jamie';
import type { Terminal } from '../terminal/terminal';
import type { Shelf } from './shelf';

/** What `--help` says of where a command looks. */
export const shelfHelp = `Looks into RUNBOOKS_DIR of this machine, or asks the Jamie that --url or JAMIE_URL names.

  --url ADDRESS   the Jamie to ask
  --api-key KEY   its key, where it wants one; JAMIE_API_KEY keeps it out of the list of processes
  --local         this machine's runbooks, even where JAMIE_URL is set`;

export const shelfOptions = { ...remoteOptions, local: { type: 'boolean' } } as const;

type Given = Parameters<typeof remoteOf>[0] & { readonly local?: boolean | undefined };

/** A running Jamie's when one is named, this machine's otherwise. Throws CommandError, UsageError. */
export async function openShelf(given: Given, terminal: Terminal, signal: AbortSignal): Promise<Shelf> {
  const { url, apiKey } = remoteOf(given, terminal);
  if (given.local === true || url === undefined)
    return (await import('./folder-shelf.js')).openFolder(terminal.environment);
  return (await import('./remote-shelf.js')).remoteShelf({ url, apiKey }, signal);
}
