import type { RunbookSection } from '@jamie/core';
import { type Line, linesOf } from './lines';

export interface Document {
  /** Text of the first `#` heading; empty when there is none. */
  readonly title: string;
  /** Sections with text, in the order of the file. What stands before the first heading has an empty heading. */
  readonly sections: readonly RunbookSection[];
}

const usualLevel = 2;

/**
 * Splits Markdown at its `##` headings; deeper headings stay inside their section. A document without any `##` is
 * split at the highest level it has.
 */
export function splitSections(markdown: string): Document {
  const lines = linesOf(markdown);
  const titleAt = lines.findIndex((line) => line.heading?.level === 1);
  const body = lines.filter((_, index) => index !== titleAt);
  const level = splitLevel(body);
  return { title: lines[titleAt]?.heading?.text ?? '', sections: sectionsOf(body, level) };
}

function splitLevel(lines: readonly Line[]): number {
  const levels = new Set(lines.map((line) => line.heading?.level));
  return [usualLevel, 3, 4, 5, 6].find((level) => levels.has(level)) ?? 1;
}

function sectionsOf(lines: readonly Line[], level: number): readonly RunbookSection[] {
  const sections: RunbookSection[] = [];
  let heading = '';
  let text: string[] = [];
  const close = (): void => {
    const trimmed = text
      .join('\n')
      .replace(/^(?:[^\S\n]*\n)+/, '')
      .trimEnd();
    if (trimmed.trim() !== '') sections.push({ heading, text: trimmed });
    text = [];
  };
  for (const line of lines) {
    if (line.heading === undefined || line.heading.level > level) {
      text.push(line.text);
      continue;
    }
    close();
    heading = line.heading.text;
  }
  close();
  return sections;
}
