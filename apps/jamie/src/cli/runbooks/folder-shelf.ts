import { sentenceOf } from '@jamie/core';
import { readCollection } from '@jamie/knowledge';
import { settings } from '../../config/settings';
import { toFoundEntry, toRunbookEntry, toRunbookText } from '../../runbooks/runbook-response';
import { CommandError } from '../command';
import type { Shelf } from './shelf';

/** The runbooks of RUNBOOKS_DIR. Throws CommandError. */
export async function openFolder({ RUNBOOKS_DIR: given }: NodeJS.ProcessEnv): Promise<Shelf> {
  const folder = settings.shape.RUNBOOKS_DIR.safeParse(given?.trim() || undefined);
  if (!folder.success)
    throw new CommandError(`RUNBOOKS_DIR ${folder.error.issues[0]?.message} (it is "${given}").`);
  const collection = await readCollection(folder.data).catch((thrown: unknown) => {
    throw new CommandError(`RUNBOOKS_DIR: ${sentenceOf(thrown)}.`);
  });
  const { runbooks } = collection;
  return {
    list: async (words, limit) => ({
      runbooks:
        words === ''
          ? runbooks.slice(0, limit).map(toRunbookEntry)
          : collection.search(words, limit).map(toFoundEntry),
      total: runbooks.length,
    }),
    read: async (path) => {
      const runbook = runbooks.find((one) => one.path === path);
      if (runbook === undefined) throw new CommandError(`There is no runbook ${path} in ${folder.data}.`);
      return toRunbookText(runbook);
    },
  };
}
