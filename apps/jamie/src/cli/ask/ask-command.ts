import { addAbortSignal } from 'node:stream';
import { type Command, UsageError, parsedArguments } from '../command';
import type { Terminal } from '../terminal/terminal';
import { longestContext, mostBodyBytes } from '../../chat/chat-limits';
import { printAnswer, printJson } from './answer-printer';
import type { Ask, Asking } from './asking';
import { remoteOf, remoteOptions } from '../remote-jamie';
import { remoteAsking } from './remote-asking';
import { contextOf, isPiped, readBothEnds } from './standard-input';

const help = `Usage: jamie ask [options] "QUESTION"

Asks a running Jamie and shows the answer while it is written, with its sources at the end.
What is piped in goes along as context; of more than 16,000 characters the beginning and the end do.

  --url ADDRESS        the Jamie to ask; default: JAMIE_URL, or http://localhost:8080
  --api-key KEY        its key, where it wants one; JAMIE_API_KEY keeps it out of the list of processes
  --local              answer in this process: no running Jamie is needed, settings are read as Jamie reads them
  --conversation ID    go on with that conversation
  --json               print the whole answer as JSON
  -h, --help           this text

Exit codes: 0 an answer came (from the runbooks, too), 1 none came, 2 wrong usage, 130 stopped with Ctrl-C.

Examples:
  jamie ask "KubePodCrashLooping is firing, what do I do?"
  kubectl describe pod web-0 | jamie ask "why does this crash?"
`;

const options = {
  ...remoteOptions,
  local: { type: 'boolean' },
  conversation: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const askCommand: Command = {
  help,
  async run(args, terminal, signal) {
    const { values, positionals } = parsedArguments({ args: [...args], options, allowPositionals: true });
    const message = positionals.join(' ').trim();
    if (message === '') throw new UsageError('There is no question: put it in quotes.');
    if (values.local === true && values.conversation !== undefined)
      throw new UsageError(
        '--conversation needs a running Jamie, because what --local remembers ends with it.',
      );
    const { url = 'http://localhost:8080', apiKey } = remoteOf(values, terminal);
    const asking = values.local === true ? await localAsking() : remoteAsking({ url, apiKey });
    const ask: Ask = {
      message,
      ...(values.conversation !== undefined && { conversation_id: values.conversation }),
    };
    const print = values.json === true ? printJson : printAnswer;
    await print(asking(await withContext(ask, terminal, signal), signal), terminal);
    return 0;
  },
};

async function localAsking(): Promise<Asking> {
  return (await import('./local-asking.js')).askLocally;
}

/** Adds what is piped in, as much of it as Jamie takes. */
async function withContext(ask: Ask, terminal: Terminal, signal: AbortSignal): Promise<Ask> {
  if (!isPiped(0)) return ask;
  terminal.status('reading standard input ...');
  const ends = await readBothEnds(addAbortSignal(signal, terminal.stdin), longestContext);
  for (let limit = longestContext; ; limit = Math.floor(limit * 0.9)) {
    const { text, note } = contextOf(ends, limit);
    const whole = { ...ask, context: text };
    if (limit > 1000 && Buffer.byteLength(JSON.stringify(whole)) > mostBodyBytes) continue;
    if (note !== undefined) terminal.note(`jamie ask: ${note}\n`);
    return text.trim() === '' ? ask : whole;
  }
}
