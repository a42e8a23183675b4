import { type Command, UsageError } from '../command';
import { listing } from './listing';

const help = `Usage: jamie runbooks search [options] WORDS

Lists the runbooks that fit best, the best one first.
Looks into RUNBOOKS_DIR of this machine, or asks the Jamie that --url or JAMIE_URL names.

  --url ADDRESS   the Jamie to ask
  --api-key KEY   its key, where it wants one; JAMIE_API_KEY keeps it out of the list of processes
  --local         this machine's runbooks, even where JAMIE_URL is set
  --limit N       at most so many, 1 to 1000; default: 10
  --json          print the list as JSON
  -h, --help      this text

Exit codes: 0 something fits, 1 nothing does, 2 wrong usage.
`;

export const searchCommand: Command = listing({
  help,
  defaultLimit: 10,
  wordsOf: (given) => {
    if (given === '') throw new UsageError('Give the words to look for; `jamie runbooks list` has all of them.');
    return given;
  },
});
