/** What the search promises, measured on questions that it was not tuned on. */
export const goals = {
  /** Of "X is firing" for every alert X. */
  recallAt1OfAlerts: 1,
  recallAt3: 0.9,
  meanReciprocalRank: 0.78,
  /** Share of the questions without an answer for which something is found. */
  falseHits: 0.1,
  /** Of one search among 500 runbooks. */
  p95Ms: 3,
} as const;
