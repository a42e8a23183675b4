import type { ChatResponse } from '../../chat/chat-response';
import { withoutControls } from '../terminal/controls';
import { MarkdownPainter } from '../terminal/markdown-painter';
import type { Terminal } from '../terminal/terminal';
import type { AskEvent } from './asking';

/** Shows an answer while it arrives: painted for a person, as it is for a program. */
export async function printAnswer(events: AsyncIterable<AskEvent>, terminal: Terminal): Promise<void> {
  const painter = terminal.styled ? new MarkdownPainter() : plainWriter;
  for await (const event of events) {
    if (event.type === 'status') terminal.status(`${event.text} ...`);
    else if (event.type === 'text-delta') printText(painter.write(event.text), terminal);
    else {
      terminal.print(`${painter.end()}\n${sourcesOf(event.body)}`);
      if (terminal.isWatched)
        terminal.note(`\nGo on with: jamie ask --conversation ${event.body.conversation_id} "..."\n`);
    }
  }
}

/** The whole body of the answer, as `POST /chat` gives it. */
export async function printJson(events: AsyncIterable<AskEvent>, terminal: Terminal): Promise<void> {
  for await (const event of events) {
    if (event.type === 'status') terminal.status(`${event.text} ...`);
    if (event.type === 'finish') terminal.print(`${JSON.stringify(event.body, undefined, 2)}\n`);
  }
}

const plainWriter = { write: withoutControls, end: (): string => '' };

/** The status stays until there is something to see. */
function printText(text: string, terminal: Terminal): void {
  if (text !== '') terminal.print(text);
}

function sourcesOf({ sources }: ChatResponse): string {
  if (sources.length === 0) return '';
  const lines = sources.map(({ title, heading, path, url }, at) => {
    const section = heading === title ? '' : `, ${heading}`;
    return withoutControls(`  [${at + 1}] ${title}${section} (${url ?? path})`);
  });
  return `\nSources:\n${lines.join('\n')}\n`;
}
