/** At most `points` in each window of `seconds`. */
export interface RateRule {
  /** Each rule counts for itself. */
  readonly name: string;
  readonly points: number;
  readonly seconds: number;
}

/** Port: counts what somebody does. */
export abstract class RateLimit {
  /** Takes one point. 0: it was there; otherwise the milliseconds until there are points again. */
  abstract take(key: string): Promise<number>;
}
