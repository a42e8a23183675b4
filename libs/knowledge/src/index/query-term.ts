import type { IndexedTerm } from './indexed-term';

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
