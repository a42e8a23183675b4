import { type Command, UsageError } from '../command';
import { listing } from './listing';
import { shelfHelp } from './open-shelf';

const help = `Usage: jamie runbooks search [options] WORDS

Lists the runbooks that fit best, the best one first.
${shelfHelp}
  --limit N       at most so many, 1 to 1000; default: 10
  --json          print the list as JSON
  -h, --help      this text

Exit codes: 0 something fits, 1 nothing does, 2 wrong usage.
`;

export const searchCommand: Command = listing({
  help,
  defaultLimit: 10,
  wordsOf: (given) => {
    if (given === '')
      throw new UsageError('Give the words to look for; `jamie runbooks list` has all of them.');
    return given;
  },
});
