#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { CommandError, UsageError } from './command';
import { type CommandEntry, commands } from './commands';
import { groupHelp, overallHelp } from './help';
import { Terminal } from './terminal/terminal';

const interrupted = 130;

async function main(args: readonly string[], terminal: Terminal, signal: AbortSignal): Promise<number> {
  const entry = commands.find(({ name }) => name.split(' ').every((word, at) => word === args[at]));
  if (entry === undefined) return withoutCommand(args, terminal);
  const command = await entry.load();
  const own = args.slice(entry.name.split(' ').length);
  if (wantsHelp(own)) {
    terminal.print(command.help);
    return 0;
  }
  try {
    return await command.run(own, terminal, signal);
  } catch (thrown) {
    return failed(thrown, entry, terminal, signal);
  }
}

/** Help, the version, or what was wrong with the words. */
async function withoutCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const [first, second] = args;
  if (first === '--version') {
    const { version } = await import('../package-root.js');
    terminal.print(`${version}\n`);
    return 0;
  }
  if (first === undefined || first === 'help' || wantsHelp([first])) {
    terminal[first === undefined ? 'note' : 'print'](overallHelp());
    return first === undefined ? 2 : 0;
  }
  const siblings = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (siblings.length > 0 && second !== undefined && wantsHelp([second])) {
    terminal.print(groupHelp(first));
    return 0;
  }
  const words = siblings.length > 0 ? siblings : commands;
  const named = [...new Set(words.map(({ name }) => name.split(' ')[siblings.length > 0 ? 1 : 0]))].join(
    ', ',
  );
  const said = siblings.length > 0 ? `jamie ${first}` : 'jamie';
  const given = siblings.length > 0 ? second : first;
  const problem = given === undefined ? 'needs one more word' : `does not know "${given}"`;
  terminal.note(`${said} ${problem}; it knows ${named}. See ${said} --help.\n`);
  return 2;
}

function failed(thrown: unknown, { name }: CommandEntry, terminal: Terminal, signal: AbortSignal): number {
  terminal.clearStatus();
  if (signal.aborted) return interrupted;
  if (thrown instanceof UsageError) {
    terminal.note(`jamie ${name}: ${thrown.message} See jamie ${name} --help.\n`);
    return 2;
  }
  const known = thrown instanceof CommandError;
  const words = thrown instanceof Error ? (known ? thrown.message : thrown.stack) : String(thrown);
  terminal.note(`jamie ${name}: ${words}\n`);
  return 1;
}

function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const options = end === -1 ? args : args.slice(0, end);
  return options.includes('--help') || options.includes('-h');
}

/** The first Ctrl-C stops the work in order, a second one everything. */
function stopOnSignals(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(interrupted);
      stopping.abort(new Error('interrupted'));
    });
  }
  return stopping.signal;
}

if (existsSync('.env')) process.loadEnvFile('.env');
// Who reads our output may leave before its end: `jamie ask … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
void main(process.argv.slice(2), new Terminal(process), stopOnSignals()).then((code) => {
  process.exitCode = code;
});
