import type { RunbookMatch, RunbookSection } from '@jamie/core';
import { type Passage, bestSections, passage } from './passages';

export interface RunbookAnswer {
  readonly text: string;
  readonly passages: readonly Passage[];
}

const asksForMeaning = /\b(what (is|are|does)|what's|mean(s|ing)?|explain|why|impact|cost|serious|urgent)\b/i;
const asksForAction =
  /\b(do i|to do|do we|should|fix|solve|repair|mitigate|stop|how|help|steps?|debug|diagnose)\b/i;
const meaningHeading = /meaning|impact|overview|summary|description|symptom|cause/i;
const actionHeading = /diagnos|mitigat|resol|remedia|fix|steps?|action|troubleshoot|recover|procedure|first/i;
const sectionsWithoutSign = 3;
// Another runbook is worth a line when it fits nearly as well as the best one.
const nearlyAsGood = 0.7;

/** The best runbook's fitting sections, word for word, and the names of others that fit nearly as well. */
export function answerFromRunbooks(
  message: string,
  matches: readonly RunbookMatch[],
): RunbookAnswer | undefined {
  const [best, ...others] = matches;
  if (best === undefined) return undefined;
  const passages = fittingSections(message, best).map((section) => passage(best, section));
  const parts = [`## ${best.runbook.title}`];
  for (const { heading, text } of passages) {
    if (heading !== best.runbook.title) parts.push(`### ${heading}`);
    parts.push(text);
  }
  const near = others.filter(({ score }) => score >= best.score * nearlyAsGood);
  if (near.length > 0) parts.push(`Also worth a look: ${near.map(named).join(', ')}.`);
  return { text: parts.join('\n\n'), passages };
}

/** What to do, unless the question is about what it means. Documents without such headings: the best-scored sections. */
function fittingSections(message: string, match: RunbookMatch): readonly RunbookSection[] {
  const wantsMeaning = asksForMeaning.test(message) && !asksForAction.test(message);
  const wanted = wantsMeaning ? meaningHeading : actionHeading;
  const { title, sections } = match.runbook;
  const filled = sections.filter(({ text }) => text.trim() !== '');
  const chosen = filled.filter(({ heading }) => heading !== title && wanted.test(heading));
  if (chosen.length === 0) return bestSections(match, sectionsWithoutSign);
  const introduction = filled.filter(({ heading }) => heading === title);
  return [...introduction, ...chosen];
}

function named({ runbook }: RunbookMatch): string {
  return `**${runbook.title}** (\`${runbook.path}\`)`;
}
