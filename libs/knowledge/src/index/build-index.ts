import type { Runbook } from '@jamie/core';
import type { Steps } from '../slices';
import type { WordMemory } from '../text/words';
import { type FieldName, fieldNames, fieldTextsOf } from './fields';
import { alertKeysOf } from './names';
import type { IndexedTerm, Postings, RunbookIndex } from './runbook-index';
import { fieldStrength, rarity, runbookWeights, sectionWeights } from './weights';

/** What one runbook, or one section, consists of. */
class Counts {
  /** Per term: how often it stands in each field, in the order of `fieldNames`. */
  readonly terms = new Map<string, number[]>();
  /** Terms in each field. */
  readonly lengths: number[] = fieldNames.map(() => 0);

  add(term: string, field: FieldName): void {
    let byField = this.terms.get(term);
    if (byField === undefined) {
      byField = fieldNames.map(() => 0);
      this.terms.set(term, byField);
    }
    const at = fieldNames.indexOf(field);
    byField[at] = (byField[at] ?? 0) + 1;
    this.lengths[at] = (this.lengths[at] ?? 0) + 1;
  }
}

interface Counted {
  readonly runbooks: Counts[];
  /** Of all runbooks in a row. */
  readonly sections: Counts[];
  readonly firstSections: number[];
}

type Inverted = Map<string, { readonly places: number[]; readonly strengths: number[] }>;
type FieldWeights = Readonly<Record<FieldName, number>>;

const nowhere: Postings = { places: [], strengths: [] };
const termsPerStep = 256;

/** Builds the index of a collection, with many places to pause. */
export function* buildIndex(runbooks: readonly Runbook[]): Steps<RunbookIndex> {
  const counted: Counted = { runbooks: [], sections: [], firstSections: [0] };
  const memory: WordMemory = new Map();
  for (const runbook of runbooks) yield* countRunbook(runbook, counted, memory);
  const inRunbooks = yield* invert(counted.runbooks, runbookWeights);
  const inSections = yield* invert(counted.sections, sectionWeights);
  const terms = new Map<string, IndexedTerm>();
  const byFirstLetter = new Map<string, IndexedTerm[]>();
  for (const [text, postings] of inRunbooks) {
    const rare = rarity(postings.places.length, runbooks.length);
    const term = { text, rarity: rare, runbooks: postings, sections: inSections.get(text) ?? nowhere };
    terms.set(text, term);
    const alike = byFirstLetter.get(text.slice(0, 1));
    if (alike === undefined) byFirstLetter.set(text.slice(0, 1), [term]);
    else alike.push(term);
    if (terms.size % termsPerStep === 0) yield;
  }
  const { firstSections } = counted;
  return { runbooks, firstSections, terms, byFirstLetter, alertKeys: alertKeysOf(runbooks) };
}

function* countRunbook(runbook: Runbook, counted: Counted, memory: WordMemory): Steps<void> {
  const whole = new Counts();
  const sections = runbook.sections.map(() => new Counts());
  for (const { field, section, terms } of fieldTextsOf(runbook, memory)) {
    for (const term of terms) {
      whole.add(term, field);
      if (section !== undefined) sections[section]?.add(term, field);
    }
    yield;
  }
  counted.runbooks.push(whole);
  for (const section of sections) counted.sections.push(section);
  counted.firstSections.push(counted.sections.length);
}

function* invert(all: readonly Counts[], weights: FieldWeights): Steps<Inverted> {
  const inverted: Inverted = new Map();
  const means = meanLengths(all);
  let done = 0;
  for (const [place, { terms, lengths }] of all.entries()) {
    const relativeLengths = means.map((mean, field) => (lengths[field] ?? 0) / mean);
    for (const [term, byField] of terms) {
      let postings = inverted.get(term);
      if (postings === undefined) {
        postings = { places: [], strengths: [] };
        inverted.set(term, postings);
      }
      postings.places.push(place);
      postings.strengths.push(strengthOf(byField, relativeLengths, weights));
      done += 1;
      if (done % termsPerStep === 0) yield;
    }
  }
  return inverted;
}

/** Sum over the fields. */
function strengthOf(
  byField: readonly number[],
  relativeLengths: readonly number[],
  weights: FieldWeights,
): number {
  let strength = 0;
  for (let at = 0; at < fieldNames.length; at += 1) {
    const field = fieldNames[at];
    const occurrences = byField[at] ?? 0;
    if (field === undefined || occurrences === 0) continue;
    strength += weights[field] * fieldStrength(field, occurrences, relativeLengths[at] ?? 1);
  }
  return strength;
}

/** Mean length of each field over the places that have it; 1 when none has. */
function meanLengths(all: readonly Counts[]): readonly number[] {
  return fieldNames.map((_, field) => {
    const present = all.map(({ lengths }) => lengths[field] ?? 0).filter((length) => length > 0);
    return present.length === 0 ? 1 : present.reduce((sum, length) => sum + length, 0) / present.length;
  });
}
