import type { RunbookText } from '../../runbooks/runbook-response';
import { type Command, UsageError, parsedArguments } from '../command';
import { withoutControls } from '../terminal/controls';
import { MarkdownPainter } from '../terminal/markdown-painter';
import type { Terminal } from '../terminal/terminal';
import { pathOf } from './find-runbook';
import { openShelf, shelfHelp, shelfOptions } from './open-shelf';

const help = `Usage: jamie runbooks show [options] NAME

Shows one runbook: NAME is its path, its title, the name of its file, or an alert that it is for.
${shelfHelp}
  --json          print it as JSON, section by section
  -h, --help      this text

Exit codes: 0 shown, 1 there is none of that name or several, 2 wrong usage.
`;

const options = { ...shelfOptions, json: { type: 'boolean' } } as const;
const all = 1000;

export const showCommand: Command = {
  help,
  async run(args, terminal, signal) {
    const { values, positionals } = parsedArguments({ args: [...args], options, allowPositionals: true });
    const name = positionals.join(' ').trim();
    if (name === '') throw new UsageError('Name the runbook to show.');
    const shelf = await openShelf(values, terminal, signal);
    const runbook = await shelf.read(pathOf(name, (await shelf.list('', all)).runbooks));
    if (values.json === true) terminal.print(`${JSON.stringify(runbook, undefined, 2)}\n`);
    else print(markdownOf(runbook), terminal);
    return 0;
  },
};

function markdownOf({ title, sections }: RunbookText): string {
  const parts = sections.flatMap(({ heading, text }) => [
    ...(heading === title ? [] : [`## ${heading}`]),
    text.trim(),
  ]);
  return `${[`# ${title}`, ...parts.filter((part) => part !== '')].join('\n\n')}\n`;
}

function print(markdown: string, terminal: Terminal): void {
  if (!terminal.styled) terminal.print(withoutControls(markdown));
  else {
    const painter = new MarkdownPainter();
    terminal.print(painter.write(markdown) + painter.end());
  }
}
