/** Something that is always wrong, whatever the scenario. */
export interface Finding {
  /** Stable: `area.what`. */
  readonly id: string;
  readonly severity: 'error' | 'warning';
  /** What happened, with the names and numbers that prove it. */
  readonly text: string;
}

export interface VerdictOptions {
  /** Findings that the scenario brings about on purpose: an id, or an area as `rate.*`. */
  readonly ignore?: readonly string[];
  /** Within this time of an ask's delivery something must be seen of the app. */
  readonly lifeWithinMs?: number;
  /** Acknowledgements that take longer are worth a warning. */
  readonly ackWithinMs?: number;
  /** A message at least this long may be continued by a further one. */
  readonly continuedFromChars?: number;
  /** What a message says that promises an answer and is none. */
  readonly placeholder?: RegExp;
}

export interface Bounds {
  readonly lifeWithinMs: number;
  readonly ackWithinMs: number;
  readonly continuedFromChars: number;
  readonly placeholder: RegExp;
}

export function boundsFrom(options: VerdictOptions): Bounds {
  return {
    lifeWithinMs: options.lifeWithinMs ?? 2_000,
    ackWithinMs: options.ackWithinMs ?? 1_000,
    continuedFromChars: options.continuedFromChars ?? 2_500,
    placeholder:
      options.placeholder ??
      /^[\W_]*((is )?thinking|one moment|working on it|looking( into it)?)?[\s.…_*]*$/i,
  };
}

export const error = (id: string, text: string): Finding => ({ id, severity: 'error', text });

export const warning = (id: string, text: string): Finding => ({ id, severity: 'warning', text });
