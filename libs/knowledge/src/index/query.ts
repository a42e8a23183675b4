import { type Term, stemOf } from '../text/words';
import { editDistance } from './edit-distance';
import type { IndexedTerm } from './indexed-term';
import type { Candidate, QueryTerm } from './query-term';
import type { RunbookIndex } from './runbook-index';

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
    const known = knownTerms(term, index, joined);
    for (const [text, candidates] of known) {
      if (!found.has(text)) found.set(text, queryTerm(candidates));
    }
    // An identifier nobody knows is asked for by its parts, and a number nobody knows is a measured value.
    if (known.length > 0 || term.compound || /\d/.test(term.text)) continue;
    guesses += 1;
    found.set(term.text, queryTerm(guesses <= mostGuesses ? similarTerms(term.text, index) : []));
  }
  return [...found.values()];
}

function queryTerm(candidates: readonly Candidate[]): QueryTerm {
  const weights = candidates.map(({ term }) => term.rarity);
  return { candidates, weight: weights.length === 0 ? unknownWeight : Math.max(...weights) };
}

/** The word itself, with `filesystem` for each word of `file system`; and disk and space for an unknown `diskspace`. */
function knownTerms(
  term: Term,
  index: RunbookIndex,
  joined: ReadonlyMap<number, IndexedTerm>,
): readonly (readonly [text: string, candidates: readonly Candidate[]])[] {
  const itself = index.terms.get(term.text);
  const both = term.compound ? undefined : joined.get(term.position);
  const candidates = [...new Set([itself, both])].flatMap((known) =>
    known === undefined ? [] : [{ term: known, likeness: 1 }],
  );
  const parts = itself === undefined ? partsOf(term.word, index) : [];
  return [
    ...(candidates.length === 0 ? [] : [[term.text, candidates] as const]),
    ...parts.map((part) => [part.text, [{ term: part, likeness: likeness.part }]] as const),
  ];
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

/** What an unknown word may mean: a word that it begins, or one that is spelled nearly so. */
function similarTerms(text: string, index: RunbookIndex): readonly Candidate[] {
  const alike: Candidate[] = [];
  for (const term of index.byFirstLetter.get(text.slice(0, 1)) ?? []) {
    const candidate = { term, likeness: likenessOf(text, term.text) };
    if (candidate.likeness > 0) alike.push(candidate);
  }
  const spread = ({ term }: Candidate): number => term.runbooks.places.length;
  return alike
    .sort((left, right) => right.likeness - left.likeness || spread(right) - spread(left))
    .slice(0, mostCandidates);
}

/** `diskspace` is disk and space. */
function partsOf(word: string, index: RunbookIndex): readonly IndexedTerm[] {
  for (let cut = shortest.part; cut <= word.length - shortest.part; cut += 1) {
    const left = index.terms.get(stemOf(word.slice(0, cut)));
    if (left === undefined) continue;
    const right = index.terms.get(stemOf(word.slice(cut)));
    if (right !== undefined) return [left, right];
  }
  return [];
}

function likenessOf(unknown: string, known: string): number {
  const most = unknown.length < shortest.twoTypos ? 1 : 2;
  // Most words are told apart by their length alone.
  if (known.length < unknown.length - most) return 0;
  if (unknown.length >= shortest.prefix && known.startsWith(unknown)) return likeness.prefix;
  if (known.length > unknown.length + most) return 0;
  if (unknown.length < shortest.typo || known.length < shortest.typo) return 0;
  const edits = editDistance(unknown, known, most);
  if (edits > most) return 0;
  return edits === 1 ? likeness.oneEdit : likeness.twoEdits;
}
