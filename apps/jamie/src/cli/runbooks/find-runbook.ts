import type { RunbookList } from '../../runbooks/runbook-response';
import { CommandError } from '../command';

type Entry = RunbookList['runbooks'][number];

/**
 * The path of the runbook that is meant by its path, title, alert or file name, whatever the case. Throws CommandError
 * when none or several are.
 */
export function pathOf(name: string, entries: readonly Entry[]): string {
  const wanted = name.toLowerCase();
  const exact = entries.filter(({ path }) => path.toLowerCase() === wanted);
  const named = exact.length > 0 ? exact : entries.filter((entry) => namesOf(entry).includes(wanted));
  const [first, ...others] = named;
  if (first === undefined)
    throw new CommandError(
      `There is no runbook called "${name}"; \`jamie runbooks search ${name}\` finds what is near.`,
    );
  if (others.length > 0)
    throw new CommandError(
      `Several runbooks are called "${name}"; name the path of one: ${named.map(({ path }) => path).join(', ')}.`,
    );
  return first.path;
}

function namesOf({ title, path, alerts }: Entry): readonly string[] {
  const file = path.slice(path.lastIndexOf('/') + 1).replace(/\.(?:md|markdown)$/i, '');
  return [title, file, ...alerts].map((text) => text.toLowerCase());
}
