import { exportFeedback } from '../../feedback/export-feedback';
import { type Command, CommandError, UsageError, parsedArguments } from '../command';

const help = `Usage: jamie eval export [options] [FILE]

Makes questions that the search can be measured with out of feedback: those of good answers, with the runbooks that
answered them. Reads FILE, or else what FEEDBACK_FILE names, and the full file before it (FILE.1).
Prints JSON; what is in it and what was left out is said on standard error.

  --review    the questions of bad answers instead, with what was found and why it was wrong, for a person to correct
  -h, --help  this text

Exit codes: 0 printed, 1 the file cannot be read, 2 wrong usage.

Example:
  jamie eval export feedback.jsonl > ours.json
`;

const options = { review: { type: 'boolean' } } as const;

export const exportCommand: Command = {
  help,
  async run(args, terminal) {
    const { values, positionals } = parsedArguments({ args: [...args], options, allowPositionals: true });
    const [path = terminal.environment['FEEDBACK_FILE']?.trim() ?? '', ...more] = positionals;
    if (path === '') throw new UsageError('Name the file, or set FEEDBACK_FILE.');
    if (more.length > 0) throw new UsageError('One file at a time.');
    const what = values.review === true ? 'review' : 'questions';
    const { json, note } = await exportFeedback(path, what).catch((thrown: NodeJS.ErrnoException) => {
      throw unreadable(path, thrown);
    });
    terminal.print(json);
    terminal.note(`${note}\n`);
    return 0;
  },
};

function unreadable(path: string, { code, message }: NodeJS.ErrnoException): CommandError {
  if (code === 'ENOENT')
    return new CommandError(
      `There is no file ${path}. Jamie writes it at the first feedback, where FEEDBACK_FILE is set.`,
    );
  return new CommandError(`${path} cannot be read (${code ?? message}).`);
}
