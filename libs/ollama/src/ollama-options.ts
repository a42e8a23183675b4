import { type BaseUrl, parseBaseUrl } from './base-url';

export interface OllamaOptions extends Partial<OllamaTuning> {
  /** Where Ollama listens; a trailing `/api` or `/v1` is dropped, a path prefix and basic auth are kept. */
  readonly url: string;
  readonly model: string;
  /** Context window, tokens. */
  readonly numCtx: number;
  /** Longest answer, tokens. */
  readonly numPredict: number;
  /** How long the model stays loaded: a duration with a unit (`30m`), or seconds; negative means for ever. */
  readonly keepAlive: string;
  readonly temperature: number;
  /** Requests sent at once; the server's `OLLAMA_NUM_PARALLEL`. */
  readonly maxInFlight: number;
  /** Requests that wait for their turn; more are turned away. */
  readonly maxQueue: number;
  readonly queueTimeoutMs: number;
  /** From sending to the first token; also the longest wait for a model that is being loaded. */
  readonly firstTokenTimeoutMs: number;
  /** Longest silence in the middle of an answer. */
  readonly idleTimeoutMs: number;
  /** From having a place to the end, loading and retries included. */
  readonly totalTimeoutMs: number;
}

/** What no operator needs to set; tests shorten the times. */
export interface OllamaTuning {
  readonly connectTimeoutMs: number;
  /** A load may take minutes on slow disks; giving up makes the server begin anew. */
  readonly warmUpTimeoutMs: number;
  /** For questions about version, models and state. */
  readonly controlTimeoutMs: number;
  /** The first retry waits about this long, each further one twice as long, up to the maximum. */
  readonly retryDelayMs: number;
  readonly retryMaxDelayMs: number;
  /** Failures in a row that open the breaker. */
  readonly breakerThreshold: number;
  /** The first probe comes after this time, each further one after twice as long, up to the maximum. */
  readonly probeDelayMs: number;
  readonly probeMaxDelayMs: number;
  readonly refreshIntervalMs: number;
  /** Longest line of an answer, bytes; the server's own limit is 8 MB. */
  readonly maxLineBytes: number;
}

export type OllamaSettings = Readonly<Required<OllamaOptions>> & { readonly baseUrl: BaseUrl };

/** Injection token of the settings. */
export const OLLAMA_SETTINGS = Symbol('OLLAMA_SETTINGS');

const defaults: OllamaTuning = {
  connectTimeoutMs: 5000,
  warmUpTimeoutMs: 600_000,
  controlTimeoutMs: 3000,
  retryDelayMs: 500,
  retryMaxDelayMs: 8000,
  breakerThreshold: 5,
  probeDelayMs: 5000,
  probeMaxDelayMs: 60_000,
  refreshIntervalMs: 15_000,
  maxLineBytes: 8 * 1024 * 1024,
};

/** @throws Error when the URL is none */
export function settingsOf(options: OllamaOptions): OllamaSettings {
  return Object.freeze({ ...defaults, ...options, baseUrl: parseBaseUrl(options.url) });
}
