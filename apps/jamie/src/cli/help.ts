import { commands } from './commands';

export function overallHelp(): string {
  return `Usage: jamie COMMAND

Commands:
${listed(commands)}

jamie COMMAND --help explains one of them; jamie --version tells the version.
Environment: JAMIE_URL and JAMIE_API_KEY name the Jamie to ask, NO_COLOR turns colours off. A .env file in this folder is read first.
`;
}

/** Help on the commands that share their first word. */
export function groupHelp(word: string): string {
  return `Usage: jamie ${word} COMMAND

Commands:
${listed(commands.filter(({ name }) => name.startsWith(`${word} `)))}

jamie ${word} COMMAND --help explains one of them.
`;
}

function listed(some: typeof commands): string {
  const width = Math.max(...some.map(({ name }) => name.length));
  return some.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
}
