import type { Runbook } from '@jamie/core';
import { linesOf } from '../markdown/lines';
import { namesOf } from './names';

/** Where in a runbook a term stands. The intro is what comes before the first heading. */
export const fieldNames = ['name', 'heading', 'intro', 'body', 'code'] as const;

export type FieldName = (typeof fieldNames)[number];

/** One stretch of text, small enough to be taken apart in one step. */
export interface FieldText {
  readonly field: FieldName;
  /** Index of the section; absent for what belongs to the runbook as a whole. */
  readonly section?: number;
  readonly text: string;
}

interface Stretch {
  readonly text: string;
  readonly code: boolean;
}

const stretchCharacters = 4_096;

/** Everything of a runbook that can be searched. */
export function* fieldTextsOf(runbook: Runbook): Generator<FieldText> {
  for (const name of namesOf(runbook)) yield { field: 'name', text: name };
  yield { field: 'heading', text: runbook.services.join(' ') };
  for (const [section, { heading, text }] of runbook.sections.entries()) {
    const prose = heading === runbook.title ? 'intro' : 'body';
    if (prose === 'body') yield { field: 'heading', section, text: heading };
    for (const stretch of stretchesOf(text)) {
      if (stretch.code) yield { field: 'code', section, text: stretch.text };
      else yield { field: prose, section, text: withoutLinkTargets(stretch.text) };
    }
  }
}

/** A link's text says what it is about; its address is made of words that say nothing. */
function withoutLinkTargets(markdown: string): string {
  return markdown.replace(/\]\([^)\s]{0,500}\)/g, '] ').replace(/^\s{0,3}\[[^\]\n]{1,200}\]:.*$/gm, '');
}

/** Lines of one kind together, in stretches of limited length. */
function* stretchesOf(markdown: string): Generator<Stretch> {
  let text = '';
  let code = false;
  for (const line of linesOf(markdown)) {
    if (line.code !== code || text.length + line.text.length > stretchCharacters) {
      yield* cut({ text, code });
      text = '';
      code = line.code;
    }
    text += `${line.text}\n`;
  }
  yield* cut({ text, code });
}

function* cut({ text, code }: Stretch): Generator<Stretch> {
  for (let start = 0; start < text.length; start += stretchCharacters) {
    yield { text: text.slice(start, start + stretchCharacters), code };
  }
}
