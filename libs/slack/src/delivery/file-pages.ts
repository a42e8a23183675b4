import type { Attachment } from '../rendering/attachment';

const pageCharacters = 10_000;

/** The text of a file as code, cut into messages between lines, and within those that fit into none. */
export function pagesOf({ name, content }: Attachment): readonly string[] {
  const pages = [''];
  for (const line of content.split('\n').flatMap(shortened)) {
    const page = pages.at(-1) ?? '';
    if (page !== '' && page.length + line.length > pageCharacters) pages.push(line);
    else pages[pages.length - 1] = page === '' ? line : `${page}\n${line}`;
  }
  return pages.map((page) => `${name}\n\`\`\`\`\n${page}\n\`\`\`\``);
}

function shortened(line: string): readonly string[] {
  const count = Math.max(1, Math.ceil(line.length / pageCharacters));
  return Array.from({ length: count }, (_, at) => line.slice(at * pageCharacters, (at + 1) * pageCharacters));
}
