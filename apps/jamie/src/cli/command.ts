import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Terminal } from './terminal/terminal';

/** One thing that `jamie` can do. */
export interface Command {
  /** Everything that `--help` prints. */
  readonly help: string;
  /** Answers the exit code. Throws UsageError and CommandError. */
  run(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number>;
}

/** The command was called in a wrong way. The message is one sentence; the exit code is 2. */
export class UsageError extends Error {}

/** The command could not do its work. The message is one sentence for people; the exit code is 1. */
export class CommandError extends Error {}

/** Node's parser, with its complaints as one sentence. Throws UsageError. */
export function parsedArguments<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    const [sentence = ''] = thrown.message.split(/\.\s|\n|\.$/);
    const short = sentence.replace(/^Option '(?:-\w, )?(--\S+).*argument missing$/, '$1 needs a value');
    throw new UsageError(`${short}.`);
  }
}
