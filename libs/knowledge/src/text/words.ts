import { stem } from './stem';
import { stopWords } from './stop-words';

/** One thing to look for. */
export interface Term {
  /** Stemmed: the form in which terms are compared. */
  readonly text: string;
  /** Lower case, as it was written. */
  readonly word: string;
  /** True for an identifier in one piece; its parts follow. */
  readonly compound: boolean;
  /** Which word of the text it is; the parts of an identifier count as words of their own. */
  readonly position: number;
}

/** What a word of the text consists of, positions from its own start, and how many words it counts for. */
export interface ReadWord {
  readonly terms: readonly Term[];
  readonly width: number;
}

const knownWords = new Map<string, ReadWord>();
const mostKnownWords = 5_000;
const longestTerm = 40;
const longestIdentifier = 120;
const wordPattern = /[\p{L}\p{N}_]+(?:['’]\p{L}+)?/gu;
// PVCs, HTTPServer's two parts, Pod or pod, TSDB, other scripts, digits.
const partPattern = /\p{Lu}{2,}s(?!\p{Ll})|\p{Lu}+(?=\p{Lu}\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lu}+|\p{Lo}+|\p{N}+/gu;

/**
 * The terms of a text: words without stop words, stemmed. An identifier (`KubePodCrashLooping`, `disk_wal_fsync`) gives
 * itself in one piece and its parts. Numbers count from three digits on.
 */
export function termsOf(text: string): readonly Term[] {
  const placed: Term[] = [];
  let start = 0;
  for (const written of wordsOf(text)) {
    const { terms, width } = knownWord(written);
    for (const { text: stemmed, word, compound, position } of terms) {
      placed.push({ text: stemmed, word, compound, position: start + position });
    }
    start += width;
  }
  return placed;
}

/** Reading a word costs more than all that a search does with it afterwards, and the same ones come again. */
function knownWord(word: string): ReadWord {
  if (word.length > longestIdentifier) return readWord(word);
  const known = knownWords.get(word);
  if (known !== undefined) return known;
  if (knownWords.size >= mostKnownWords) knownWords.clear();
  const read = readWord(word);
  knownWords.set(word, read);
  return read;
}

/** The words of a text as they are written; an identifier is one word. */
export function wordsOf(text: string): readonly string[] {
  return text.normalize('NFKC').match(wordPattern) ?? [];
}

/** What one of these words consists of: no terms for a stop word, several for an identifier. */
export function readWord(word: string): ReadWord {
  const parts = partsOf(word);
  const terms = parts.map((part, position) => termOf(part, { compound: false, position }));
  if (parts.length > 1) terms.unshift(termOf(parts.join(''), { compound: true, position: 0 }));
  return { terms: terms.filter(({ text }) => text !== ''), width: parts.length };
}

/** `KubePodCrashLooping` -> Kube, Pod, Crash, Looping; `p99`, `40P01` and `k8s` stay whole; endless words have none. */
export function partsOf(word: string): readonly string[] {
  if (word.length > longestIdentifier) return [];
  const pieces = word.replace(/['’].*$/u, '').split('_');
  return pieces.flatMap((piece) => {
    if (/^[a-z]+$/.test(piece) || (piece.length <= 6 && /\p{N}/u.test(piece))) return [piece];
    return piece.match(partPattern) ?? [];
  });
}

function termOf(part: string, place: Pick<Term, 'compound' | 'position'>): Term {
  const word = part.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
  return { text: stemOf(word), word, ...place };
}

/** The form in which a word in lower case is compared; empty when it says nothing. */
export function stemOf(word: string): string {
  if (word.length < 2 || word.length > longestTerm || stopWords.has(word)) return '';
  if (/^\p{N}+$/u.test(word)) return word.length < 3 ? '' : word;
  return stem(american(singularAcronym(word)));
}

/** Synchronise -> synchronize, so that both spellings meet. */
function american(word: string): string {
  return word.replace(/(?<=[a-z]{3})is(?=(?:e|ed|es|er|ers|ing|ation|ations)$)/, 'iz');
}

/** Pvcs -> pvc; a name like `dns` loses its s too, everywhere alike. */
function singularAcronym(word: string): string {
  return word.replace(/^([b-df-hj-np-tv-xz]{2,})(?<!s)s$/, '$1');
}
