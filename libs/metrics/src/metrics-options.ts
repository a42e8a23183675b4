import type { Surface } from '@jamie/core';

/** One kind of response that is known to be possible, so that its series exists from the first scrape on. */
export interface KnownResponse {
  readonly method: string;
  readonly route: string;
  readonly statuses: readonly number[];
}

export interface MetricsOptions {
  readonly model: string;
  readonly version: string;
  /** Short commit id of the build, or `unknown`. */
  readonly commit: string;
  readonly surfaces: readonly Surface[];
  readonly responses: readonly KnownResponse[];
}

export const METRICS = Symbol('METRICS');

/** Holds the metrics of one application. */
export const REGISTRY = Symbol('REGISTRY');
