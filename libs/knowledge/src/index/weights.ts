import type { FieldName } from './fields';

type PerField = Readonly<Record<FieldName, number>>;

/** How much a term says about a runbook, by the field it stands in. */
export const runbookWeights: PerField = { name: 2, heading: 1, intro: 2, body: 1, code: 0.4 };
/** How much it says about one section; the runbook's name does not tell its sections apart. */
export const sectionWeights: PerField = { name: 0, heading: 1.5, intro: 1, body: 1, code: 0.4 };

// k1 and b of BM25. Names and headings are short by nature, so their length counts for less.
const saturation = 1;
const lengthInfluence: PerField = { name: 0.3, heading: 0.3, intro: 0.6, body: 0.6, code: 0.6 };

/**
 * One field's part of Okapi BM25 without the idf (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework:
 * BM25 and Beyond", section 3.4): grows with the occurrences towards `saturation + 1`.
 */
export function fieldStrength(field: FieldName, occurrences: number, relativeLength: number): number {
  const influence = lengthInfluence[field];
  const norm = saturation * (1 - influence + influence * relativeLength);
  return (occurrences * (saturation + 1)) / (occurrences + norm);
}

/**
 * How rare a term is, from near 0 (in every runbook) to 1 (in none), whatever the size of the collection: the square
 * root of its idf as a share of an unknown term's. Damped, because the rarest words of a question are often chance.
 */
export function rarity(documentsWithTerm: number, documents: number): number {
  return Math.sqrt(
    inverseDocumentFrequency(documentsWithTerm, documents) / inverseDocumentFrequency(0, documents),
  );
}

function inverseDocumentFrequency(found: number, documents: number): number {
  return Math.log(1 + (documents - found + 0.5) / (found + 0.5));
}
