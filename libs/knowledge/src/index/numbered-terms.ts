import { type Term, readWord, wordsOf } from '../text/words';

// 5xx, p99, x509, 40p01.
const lettersAndDigits = /\p{L}\p{N}|\p{N}\p{L}/u;

/** Gives every term of a collection a number, in the order of first sight; takes each word apart only once. */
export class NumberedTerms {
  readonly texts: string[] = [];
  /** Numbers of those that were seen as an identifier in one piece. */
  readonly identifiers = new Set<number>();
  private readonly numbers = new Map<string, number>();
  private readonly known = new Map<string, readonly number[]>();

  /** Numbers of the terms of a text, in its order. */
  in(text: string): readonly number[] {
    const found: number[] = [];
    for (const word of wordsOf(text)) {
      let numbers = this.known.get(word);
      if (numbers === undefined) {
        numbers = readWord(word).terms.map((term) => this.numberOf(term));
        this.known.set(word, numbers);
      }
      for (const number of numbers) found.push(number);
    }
    return found;
  }

  private numberOf({ text, compound }: Term): number {
    const number = this.numbers.get(text) ?? this.texts.length;
    if (number === this.texts.length) {
      this.texts.push(text);
      this.numbers.set(text, number);
    }
    if (compound || lettersAndDigits.test(text)) this.identifiers.add(number);
    return number;
  }
}
