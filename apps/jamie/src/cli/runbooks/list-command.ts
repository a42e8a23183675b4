import { type Command, UsageError } from '../command';
import { listing } from './listing';

const help = `Usage: jamie runbooks list [options]

Lists all runbooks, by path.
Looks into RUNBOOKS_DIR of this machine, or asks the Jamie that --url or JAMIE_URL names.

  --url ADDRESS   the Jamie to ask
  --api-key KEY   its key, where it wants one; JAMIE_API_KEY keeps it out of the list of processes
  --local         this machine's runbooks, even where JAMIE_URL is set
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
