import type { Source } from '@jamie/core';
import type { LinkPolicy } from './link-policy';
import { neutralise } from './neutralise';

const maxSources = 8;
const maxCharacters = 900;
const citation = /\[(\d{1,2})\]/g;

/** What the answer rests on, as Markdown; the numbers are those that the answer cites. Empty when there is nothing. */
export function sourcesList(sources: readonly Source[], answer: string, links: LinkPolicy): string {
  const cited = new Set([...answer.matchAll(citation)].map(([, number]) => Number(number)));
  const numbered = sources.map((source, at) => ({ source, number: at + 1 }));
  const named = numbered.filter(({ number }) => cited.has(number));
  const lines: string[] = [];
  for (const { source, number } of (named.length > 0 ? named : numbered).slice(0, maxSources)) {
    lines.push(`- [${number}] ${line(source, links)}`);
  }
  while (lines.join('\n').length > maxCharacters) lines.pop();
  return lines.length === 0 ? '' : `**Sources**\n${lines.join('\n')}`;
}

function line({ title, heading, path, url }: Source, links: LinkPolicy): string {
  const name = heading === title ? title : `${title}, ${heading}`;
  const said = neutralise(name.replace(/[[\]\n]/g, ' '), links);
  if (url !== undefined && links.allows(url)) return `[${said}](${url})`;
  return `${said} (\`${path.replaceAll('`', '')}\`)`;
}
