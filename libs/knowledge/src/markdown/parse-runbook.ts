import type { Runbook, RunbookSection } from '@jamie/core';
import { partsOf } from '../text/words';
import { type FrontMatter, splitFrontMatter } from './front-matter';
import { splitSections } from './sections';

const indexNames: ReadonlySet<string> = new Set(['_index', 'index', 'readme', 'summary']);

/**
 * Reads one Markdown file as a runbook. Undefined when it says nothing: no text, or a page that only lists other pages.
 * Throws `BrokenRunbookError` when its front matter cannot be read.
 */
export function parseRunbook(path: string, file: string): Runbook | undefined {
  const { frontMatter, body } = splitFrontMatter(file.replaceAll('\0', '\uFFFD'));
  const document = splitSections(body);
  const title = frontMatter.title ?? (document.title || baseName(path));
  const sections = document.sections.map((section) => ({ ...section, heading: section.heading || title }));
  if (sections.length === 0 || (isIndexPage(path) && onlyLists(sections))) return undefined;
  return {
    title,
    path,
    alerts: frontMatter.alerts ?? alertsNamedBy([baseName(path), document.title, title]),
    services: frontMatter.services ?? [],
    ...optional(frontMatter),
    sections,
  };
}

/** Name of the file without folder and extension. */
export function baseName(path: string): string {
  return path.replace(/^.*\//, '').replace(/\.[^.]+$/, '');
}

export function isIndexPage(path: string): boolean {
  return indexNames.has(baseName(path).toLowerCase());
}

function optional({ severity, url, runbook_url: runbookUrl }: FrontMatter): Partial<Runbook> {
  const link = url ?? runbookUrl;
  return { ...(severity !== undefined && { severity }), ...(link !== undefined && { url: link }) };
}

/** Names written like an alert's, in one word of several parts: `KubePodCrashLooping`, `etcdNoLeader`. */
function alertsNamedBy(names: readonly string[]): readonly string[] {
  const alike = names.filter((name) => /^[A-Za-z][A-Za-z0-9_]{4,}$/.test(name) && partsOf(name).length > 1);
  return [...new Set(alike)];
}

/** True when nothing but headings, list items, links and Hugo's shortcodes is left. */
function onlyLists(sections: readonly RunbookSection[]): boolean {
  return sections.every(({ text }) => text.split('\n').every((line) => !/^\s*[^\s#|<{[*+\-\d]/.test(line)));
}
