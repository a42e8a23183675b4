import type { Source } from '@jamie/core';

const opening = '\n\n---\n\n**Sources**\n\n';

/** What an answer rests on, below its text: [n] in the answer is the n-th. Empty when it rests on nothing. */
export function sourcesFooter(sources: readonly Source[]): string {
  if (sources.length === 0) return '';
  const lines = sources.map((source, at) => `- [${at + 1}] ${described(source)}`);
  return `${opening}${lines.join('\n')}`;
}

/** An earlier answer as it was written: its sources would only take room from the model. */
export function withoutSources(text: string): string {
  const at = text.lastIndexOf(opening.trimStart());
  const isOurs = at >= 0 && text.slice(at + opening.trimStart().length).startsWith('- [1] ');
  return isOurs ? text.slice(0, at).trimEnd() : text;
}

function described({ title, path, heading, url }: Source): string {
  const name = url === undefined ? title : `[${title}](${url})`;
  return heading === title ? `${name} (\`${path}\`)` : `${name}, ${heading} (\`${path}\`)`;
}
