import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../src/package-root';

export interface DocumentedCommand {
  /** The page, such as `docs/api.md`. */
  readonly page: string;
  readonly command: string;
}

const fence = /^( *)```bash\n([\s\S]*?)^\1```$/gm;

/** Every command of the pages that people start with, in their order: what stands in fences marked `bash`. */
export function documentedCommands(): readonly DocumentedCommand[] {
  const pages = readdirSync(join(packageRoot, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', 'CONTRIBUTING.md', ...pages.map((name) => `docs/${name}`)].flatMap((page) =>
    commandsOf(readFileSync(join(packageRoot, page), 'utf8')).map((command) => ({ page, command })),
  );
}

/** A command goes on in the next line after a backslash, or while a quote is open. */
export function commandsOf(markdown: string): readonly string[] {
  const blocks = [...markdown.matchAll(fence)].map(([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
  return blocks.flatMap((block) => {
    const commands: string[] = [];
    let held = '';
    for (const line of block.split('\n')) {
      held = held === '' ? line : `${held}\n${line}`;
      if (held.endsWith('\\') || isOpen(held)) continue;
      if (held.trim() !== '' && !held.trimStart().startsWith('#')) commands.push(held.trim());
      held = '';
    }
    return held.trim() === '' ? commands : [...commands, held.trim()];
  });
}

function isOpen(text: string): boolean {
  const bare = text.replaceAll(/'[^']*'|"(?:\\.|[^"\\])*"/g, '');
  return /['"]/.test(bare);
}
