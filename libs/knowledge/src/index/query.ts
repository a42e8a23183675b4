import { type Term, stemOf } from '../text/words';
import { editDistance } from './edit-distance';
import type { IndexedTerm, RunbookIndex } from './runbook-index';

/** A term of the index that may be meant, and how surely: 1 when it is the very word. */
export interface Candidate {
  readonly term: IndexedTerm;
  readonly likeness: number;
}

/** One thing that a question asks for. */
export interface QueryTerm {
  /** Empty when the index knows nothing like it. */
  readonly candidates: readonly Candidate[];
  /** What it weighs among the others, whether it is found or not. */
  readonly weight: number;
}

// A word from outside the collection is half as likely to be its topic as the rarest word inside.
const unknownWeight = 0.5;
const likeness = { part: 0.7, prefix: 0.7, oneEdit: 0.7, twoEdits: 0.4 };
const mostCandidates = 5;
const mostGuesses = 24;
const shortest = { prefix: 4, typo: 4, twoTypos: 8, part: 3 };

/** What a question asks for, each thing once. Spelling is guessed only for words that the index does not know. */
export function queryTermsOf(asked: readonly Term[], index: RunbookIndex): readonly QueryTerm[] {
  const joined = joinedNeighbours(asked, index);
  const found = new Map<string, QueryTerm>();
  let guesses = 0;
  for (const term of asked) {
    if (found.has(term.text)) continue;
    const candidates = knownCandidates(term, index, joined);
    if (!index.terms.has(term.text)) {
      // An identifier nobody knows is asked for by its parts, and a number nobody knows is a measured value.
      if (term.compound || /\d/.test(term.text)) continue;
      guesses += 1;
      if (guesses <= mostGuesses) candidates.push(...similarTerms(term, index));
    }
    found.set(term.text, queryTerm(candidates));
  }
  return [...found.values()];
}

function queryTerm(candidates: readonly Candidate[]): QueryTerm {
  const weights = candidates.map(({ term }) => term.rarity);
  return { candidates, weight: weights.length === 0 ? unknownWeight : Math.max(...weights) };
}

/** The word itself, and `filesystem` for each word of `file system`. */
function knownCandidates(
  term: Term,
  index: RunbookIndex,
  joined: ReadonlyMap<number, IndexedTerm>,
): Candidate[] {
  const both = term.compound ? undefined : joined.get(term.position);
  const known = new Set([index.terms.get(term.text), both]);
  return [...known].flatMap((itself) => (itself === undefined ? [] : [{ term: itself, likeness: 1 }]));
}

/** Terms that two words standing side by side make together, by the position of either. */
function joinedNeighbours(asked: readonly Term[], index: RunbookIndex): ReadonlyMap<number, IndexedTerm> {
  const words = asked.filter(({ compound }) => !compound);
  const joined = new Map<number, IndexedTerm>();
  for (const [at, left] of words.entries()) {
    const right = words[at + 1];
    if (right?.position !== left.position + 1) continue;
    const term = index.terms.get(stemOf(left.word + right.word));
    if (term !== undefined) joined.set(left.position, term).set(right.position, term);
  }
  return joined;
}

/** What an unknown word may mean: two known words in one, a word that it begins, or a word spelled nearly so. */
function similarTerms({ word, text }: Term, index: RunbookIndex): readonly Candidate[] {
  const parts = partsKnown(word, index);
  if (parts.length > 0) return parts;
  const alike = (index.byFirstLetter.get(text.slice(0, 1)) ?? [])
    .map((term) => ({ term, likeness: likenessOf(text, term.text) }))
    .filter((candidate) => candidate.likeness > 0);
  const spread = ({ term }: Candidate): number => term.runbooks.places.length;
  return alike
    .sort((left, right) => right.likeness - left.likeness || spread(right) - spread(left))
    .slice(0, mostCandidates);
}

function partsKnown(word: string, index: RunbookIndex): readonly Candidate[] {
  for (let cut = shortest.part; cut <= word.length - shortest.part; cut += 1) {
    const left = index.terms.get(stemOf(word.slice(0, cut)));
    const right = index.terms.get(stemOf(word.slice(cut)));
    if (left !== undefined && right !== undefined) {
      return [left, right].map((term) => ({ term, likeness: likeness.part }));
    }
  }
  return [];
}

function likenessOf(unknown: string, known: string): number {
  if (unknown.length >= shortest.prefix && known.startsWith(unknown)) return likeness.prefix;
  if (unknown.length < shortest.typo || known.length < shortest.typo) return 0;
  const most = unknown.length < shortest.twoTypos ? 1 : 2;
  const edits = editDistance(unknown, known, most);
  if (edits > most) return 0;
  return edits === 1 ? likeness.oneEdit : likeness.twoEdits;
}
