import type { Runbook, RunbookMatch } from '@jamie/core';
import { z } from 'zod';

const summaryCharacters = 200;

const facts = {
  title: z.string(),
  path: z.string().meta({ description: 'Below the runbook folder; what GET /api/runbooks/{path} takes' }),
  alerts: z.array(z.string()),
  services: z.array(z.string()),
  severity: z.string().optional(),
  url: z.string().optional().meta({ description: 'Where people read it, when its front matter says so' }),
};

const runbookEntry = z.object({
  ...facts,
  summary: z.string().meta({ description: 'How it begins, Markdown in one line' }),
  heading: z.string().optional().meta({ description: 'The section that fits the query best' }),
});

/** Body of a 200 of `GET /api/runbooks`. */
export const runbookList = z.object({
  runbooks: z.array(runbookEntry),
  total: z.int().meta({ description: 'How many runbooks Jamie knows, whatever was asked for' }),
});

/** Body of a 200 of `GET /api/runbooks/{path}`. */
export const runbookText = z.object({
  ...facts,
  sections: z
    .array(z.object({ heading: z.string(), text: z.string().meta({ description: 'Markdown' }) }))
    .meta({ description: 'In the order of the file; what stands before the first heading has the title' }),
});

type RunbookEntry = z.infer<typeof runbookEntry>;
export type RunbookText = z.infer<typeof runbookText>;
export type RunbookList = z.infer<typeof runbookList>;

export function toRunbookEntry(runbook: Runbook): RunbookEntry {
  return { ...factsOf(runbook), summary: summaryOf(runbook) };
}

export function toFoundEntry({ runbook, sectionScores }: RunbookMatch): RunbookEntry {
  const best = Math.max(...sectionScores);
  const section = best > 0 ? runbook.sections[sectionScores.indexOf(best)] : undefined;
  return { ...toRunbookEntry(runbook), ...(section && { heading: section.heading }) };
}

export function toRunbookText(runbook: Runbook): RunbookText {
  return { ...factsOf(runbook), sections: runbook.sections.map(({ heading, text }) => ({ heading, text })) };
}

function factsOf({ title, path, alerts, services, severity, url }: Runbook) {
  return {
    title,
    path,
    alerts: [...alerts],
    services: [...services],
    ...(severity !== undefined && { severity }),
    ...(url !== undefined && { url }),
  };
}

/** The first paragraph of prose; empty when there is none. */
function summaryOf({ sections }: Runbook): string {
  const paragraphs = sections.flatMap(({ text }) => text.split(/\n\s*\n/, 3));
  const prose = paragraphs.find((paragraph) => /^\s*[\p{L}\p{N}`*_["']/u.test(paragraph)) ?? '';
  const line = Array.from(prose.replace(/\s+/g, ' ').trim());
  if (line.length <= summaryCharacters) return line.join('');
  return `${line
    .slice(0, summaryCharacters)
    .join('')
    .replace(/\s+\S*$/, '')} …`;
}
