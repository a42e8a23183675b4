import type { RunbookList } from '../../runbooks/runbook-response';
import { type Command, UsageError, parsedArguments } from '../command';
import { withoutControls } from '../terminal/controls';
import { openShelf, shelfOptions } from './open-shelf';

interface Listing {
  readonly help: string;
  readonly defaultLimit: number;
  /** What to look for; empty for all runbooks. Throws UsageError. */
  wordsOf(given: string): string;
}

const options = {
  ...shelfOptions,
  limit: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** A command that lists runbooks: those that fit some words, or all. */
export function listing({ help, defaultLimit, wordsOf }: Listing): Command {
  return {
    help,
    async run(args, terminal, signal) {
      const { values, positionals } = parsedArguments({ args: [...args], options, allowPositionals: true });
      const words = wordsOf(positionals.join(' ').trim());
      const limit = values.limit === undefined ? defaultLimit : limitOf(values.limit);
      const shelf = await openShelf(values, terminal, signal);
      const list = await shelf.list(words, limit);
      if (values.json === true) terminal.print(`${JSON.stringify(list, undefined, 2)}\n`);
      else if (list.runbooks.length > 0) terminal.print(shown(list));
      else
        terminal.note(
          list.total === 0 ? 'There are no runbooks.\n' : `None of the ${list.total} runbooks fits.\n`,
        );
      return list.runbooks.length > 0 ? 0 : 1;
    },
  };
}

function limitOf(given: string): number {
  if (!/^\d{1,4}$/.test(given) || Number(given) < 1 || Number(given) > 1000)
    throw new UsageError('--limit must be a whole number from 1 to 1000.');
  return Number(given);
}

function shown({ runbooks }: RunbookList): string {
  const lines = runbooks.flatMap(({ title, path, heading, summary }) => [
    heading === undefined || heading === title ? title : `${title}, ${heading}`,
    `  ${path}`,
    ...(summary === '' ? [] : [`  ${summary}`]),
  ]);
  return `${lines.map(withoutControls).join('\n')}\n`;
}
