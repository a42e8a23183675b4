import type { RunbookList } from '../../runbooks/runbook-response';
import { type Command, UsageError, parsedArguments } from '../command';
import { remoteOf, remoteOptions } from '../remote-jamie';
import { withoutControls } from '../terminal/controls';
import { openShelf } from './open-shelf';

const help = `Usage: jamie runbooks search [options] WORDS

Lists the runbooks that fit best, the best one first; without words all of them.
Looks into RUNBOOKS_DIR of this machine, or asks the Jamie that --url or JAMIE_URL names.

  --url ADDRESS   the Jamie to ask
  --api-key KEY   its key, where it wants one; JAMIE_API_KEY keeps it out of the list of processes
  --local         this machine's runbooks, even where JAMIE_URL is set
  --limit N       at most so many, 1 to 1000; default: 10 with words, all without
  --json          print the list as JSON
  -h, --help      this text

Exit codes: 0 something fits, 1 nothing does, 2 wrong usage.
`;

const options = {
  ...remoteOptions,
  local: { type: 'boolean' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const searchCommand: Command = {
  help,
  async run(args, terminal, signal) {
    const { values, positionals } = parsedArguments({ args: [...args], options, allowPositionals: true });
    const words = positionals.join(' ').trim();
    const limit = limitOf(values.limit, words);
    const remote = values.local === true ? { url: undefined, apiKey: undefined } : remoteOf(values, terminal);
    const shelf = await openShelf(remote, terminal.environment, signal);
    const list = await shelf.list(words, limit);
    if (values.json === true) terminal.print(`${JSON.stringify(list, undefined, 2)}\n`);
    else if (list.runbooks.length > 0) terminal.print(shown(list));
    else terminal.note(`None of the ${list.total} runbooks fits.\n`);
    return list.runbooks.length > 0 ? 0 : 1;
  },
};

function limitOf(given: string | undefined, words: string): number {
  if (given === undefined) return words === '' ? 1000 : 10;
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
