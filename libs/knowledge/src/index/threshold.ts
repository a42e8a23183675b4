import type { QueryTerm } from './query-term';
import type { Tally } from './tally';

// Below any of these a match is chance. They rest on shares and strengths that do not depend on the size of the
// collection. The more is asked, the more fits by accident; and a word that no runbook knows hints at another topic.
const leastCoverage = 0.25;
const leastEvidence = { base: 2.45, perTerm: 0.35, mostTerms: 4, withUnknown: 0.3 };

/** Whether what a question finds in a place is enough to call it an answer. */
export function threshold(
  terms: readonly QueryTerm[],
  { evidence, covered }: Tally,
): (place: number) => boolean {
  const asked = terms.reduce((sum, { weight }) => sum + weight, 0);
  const needed = neededEvidence(terms);
  return (place) => (evidence[place] ?? 0) >= needed && (covered[place] ?? 0) >= leastCoverage * asked;
}

function neededEvidence(terms: readonly QueryTerm[]): number {
  const { base, perTerm, mostTerms, withUnknown } = leastEvidence;
  const hasUnknown = terms.some(({ candidates }) => candidates.length === 0);
  return base + perTerm * Math.min(mostTerms, terms.length) + (hasUnknown ? withUnknown : 0);
}
