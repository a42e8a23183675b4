import type { Block } from './markdown-blocks';
import { fenceLine } from './markdown-blocks';

/** What does not fit into a message and goes as a file. */
export interface Attachment {
  readonly name: string;
  readonly content: string;
}

// https://docs.slack.dev/reference/block-kit/blocks/table-block
const tableRows = 100;
const tableColumns = 20;
const extensions: Readonly<Record<string, string>> = {
  bash: 'sh',
  golang: 'go',
  javascript: 'js',
  python: 'py',
  shell: 'sh',
  typescript: 'ts',
  yml: 'yaml',
};

export function needsFile(block: Block, text: string, limit: number): boolean {
  if (block.kind === 'text') return false;
  if (block.end - block.start > limit) return true;
  if (block.kind === 'fence') return false;
  const rows = text.slice(block.start, block.end).trimEnd().split('\n');
  const columns = (rows[0]?.split('|').length ?? 2) - 2;
  return rows.length - 1 > tableRows || columns > tableColumns;
}

/** The block's content as a file; `number` makes the name unlike the others of the same answer. */
export function asFile(block: Block, text: string, number: number): Attachment {
  const lines = text.slice(block.start, block.end).trimEnd().split('\n');
  if (block.kind === 'table') return { name: `table-${number}.md`, content: readable(lines.join('\n')) };
  const [, , , info = ''] = fenceLine.exec(lines[0] ?? '') ?? [];
  const language = info.trim().toLowerCase();
  const extension = extensions[language] ?? (/^[a-z0-9]{1,10}$/.test(language) ? language : 'txt');
  const inner = lines.slice(1, block.closed ? -1 : undefined).join('\n');
  return { name: `code-${number}.${extension}`, content: readable(inner) };
}

/** Nothing in a file pings anybody: what was put in for that goes away. */
export function readable(text: string): string {
  return text.replaceAll('\u200b', '').replaceAll('&lt;', '<');
}
