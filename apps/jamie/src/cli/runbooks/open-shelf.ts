import type { RemoteJamie } from '../remote-jamie';
import type { Shelf } from './shelf';

/** A running Jamie's when one is named, this machine's otherwise. Throws CommandError, UsageError. */
export async function openShelf(
  { url, apiKey }: { readonly [K in keyof RemoteJamie]: RemoteJamie[K] | undefined },
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Shelf> {
  if (url === undefined) return (await import('./folder-shelf.js')).openFolder(environment);
  return (await import('./remote-shelf.js')).remoteShelf({ url, apiKey }, signal);
}
