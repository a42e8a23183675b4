import { type Command, UsageError } from '../command';
import { listing } from './listing';
import { shelfHelp } from './open-shelf';

const help = `Usage: jamie runbooks list [options]

Lists all runbooks, by path.
${shelfHelp}
  --limit N       at most so many, 1 to 1000; default: 1000
  --json          print the list as JSON
  -h, --help      this text

Exit codes: 0 there are some, 1 there are none, 2 wrong usage.
`;

export const listCommand: Command = listing({
  help,
  defaultLimit: 1000,
  wordsOf: (given) => {
    if (given !== '') throw new UsageError('It takes no words; `jamie runbooks search` looks for some.');
    return '';
  },
});
