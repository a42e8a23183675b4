import type { Runbook } from '@jamie/core';
import { isIndexPage } from '../markdown/parse-runbook';
import type { Steps } from '../slices';
import { type FieldName, fieldNames, fieldTextsOf } from './fields';
import { nameKeysOf } from './names';
import { NumberedTerms } from './numbered-terms';
import type { IndexedTerm } from './indexed-term';
import type { RunbookIndex } from './runbook-index';
import { Tally } from './tally';
import { fieldStrength, rarity, runbookWeights, sectionWeights } from './weights';

/** What stands in one place: for each occurrence the term's number times the number of fields, plus the field. Ascending. */
type Occurrences = Uint32Array;

interface Place {
  readonly occurrences: Occurrences;
  /** How many there are in each field. */
  readonly lengths: readonly number[];
}

interface Collection {
  readonly terms: NumberedTerms;
  readonly runbooks: Place[];
  /** Of all runbooks in a row. */
  readonly sections: Place[];
  readonly firstSections: number[];
}

interface MutablePostings {
  readonly places: number[];
  readonly strengths: number[];
}

const nowhere: MutablePostings = { places: [], strengths: [] };

type FieldWeights = Readonly<Record<FieldName, number>>;

const fieldCount = fieldNames.length;
const termsPerStep = 1_024;

/** Builds the index of a collection, with many places to pause. */
export function* buildIndex(runbooks: readonly Runbook[]): Steps<RunbookIndex> {
  const collection: Collection = {
    terms: new NumberedTerms(),
    runbooks: [],
    sections: [],
    firstSections: [0],
  };
  for (const runbook of runbooks) yield* collect(runbook, collection);
  const { terms, byFirstLetter } = yield* termsOf(collection);
  const { firstSections } = collection;
  const indexPages = runbooks.map(({ path }) => isIndexPage(path));
  const tallies = {
    runbooks: new Tally('runbooks', runbooks.length),
    sections: new Tally('sections', collection.sections.length),
  };
  const names = nameKeysOf(runbooks);
  return { runbooks, indexPages, firstSections, terms, byFirstLetter, names, tallies };
}

function* collect(runbook: Runbook, { terms, runbooks, sections, firstSections }: Collection): Steps<void> {
  const bySection: number[][] = runbook.sections.map(() => []);
  const aside: number[] = [];
  for (const { field, section, text } of fieldTextsOf(runbook)) {
    const at = fieldNames.indexOf(field);
    const place = section === undefined ? aside : (bySection[section] ?? aside);
    for (const term of terms.in(text)) place.push(term * fieldCount + at);
    yield;
  }
  for (const section of bySection) sections.push(placeOf(section));
  runbooks.push(placeOf([aside, ...bySection].flat()));
  firstSections.push(sections.length);
}

function* termsOf({
  terms: { texts, identifiers },
  runbooks,
  sections,
}: Collection): Steps<Pick<RunbookIndex, 'terms' | 'byFirstLetter'>> {
  const inRunbooks = yield* invert(runbooks, texts.length, runbookWeights);
  const inSections = yield* invert(sections, texts.length, sectionWeights);
  const terms = new Map<string, IndexedTerm>();
  const byFirstLetter = new Map<string, IndexedTerm[]>();
  for (const [number, text] of texts.entries()) {
    const postings = inRunbooks[number] ?? nowhere;
    const rare = rarity(postings.places.length, runbooks.length);
    const places = { runbooks: postings, sections: inSections[number] ?? nowhere };
    const term = { text, identifier: identifiers.has(number), rarity: rare, ...places };
    terms.set(text, term);
    const letter = text.slice(0, 1);
    byFirstLetter
      .set(letter, byFirstLetter.get(letter) ?? [])
      .get(letter)
      ?.push(term);
    if (number % termsPerStep === 0) yield;
  }
  return { terms, byFirstLetter };
}

/** Postings of every term, by its number. */
function* invert(
  all: readonly Place[],
  terms: number,
  weights: FieldWeights,
): Steps<readonly (MutablePostings | undefined)[]> {
  const postings = Array.from<MutablePostings | undefined>({ length: terms });
  const means = meanLengths(all);
  for (const [place, { occurrences, lengths }] of all.entries()) {
    const relativeLengths = means.map((mean, field) => (lengths[field] ?? 0) / mean);
    let start = 0;
    while (start < occurrences.length) {
      const end = endOfRun(occurrences, start);
      const [term, field] = split(occurrences[start] ?? 0);
      const name = fieldNames[field] ?? 'body';
      const strength = weights[name] * fieldStrength(name, end - start, relativeLengths[field] ?? 1);
      postings[term] ??= { places: [], strengths: [] };
      add(postings[term], place, strength);
      start = end;
      if (start % termsPerStep === 0) yield;
    }
    yield;
  }
  return postings;
}

/** Fields of one place add up. */
function add({ places, strengths }: MutablePostings, place: number, strength: number): void {
  const last = places.length - 1;
  if (places[last] === place) {
    strengths[last] = (strengths[last] ?? 0) + strength;
    return;
  }
  places.push(place);
  strengths.push(strength);
}

function split(occurrence: number): readonly [term: number, field: number] {
  const field = occurrence % fieldCount;
  return [(occurrence - field) / fieldCount, field];
}

function endOfRun(occurrences: Occurrences, start: number): number {
  let end = start + 1;
  while (occurrences[end] === occurrences[start]) end += 1;
  return end;
}

function placeOf(unordered: readonly number[]): Place {
  const lengths = fieldNames.map(() => 0);
  for (const occurrence of unordered) {
    const field = occurrence % fieldCount;
    lengths[field] = (lengths[field] ?? 0) + 1;
  }
  return { occurrences: Uint32Array.from(unordered).sort(), lengths };
}

/** Mean length of each field over the places that have it; 1 when none has. */
function meanLengths(all: readonly Place[]): readonly number[] {
  return fieldNames.map((_, field) => {
    const present = all.map(({ lengths }) => lengths[field] ?? 0).filter((length) => length > 0);
    return present.length === 0 ? 1 : present.reduce((sum, length) => sum + length, 0) / present.length;
  });
}
