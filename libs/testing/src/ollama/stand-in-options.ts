export interface OllamaStandInOptions {
  /** Names of the models that are there; the first one is the default of a test. A name without a tag means `latest`. */
  readonly models: readonly string[];
  /** Requests that the loaded model serves at once; the rest wait, without a limit. */
  readonly parallel: number;
  /** False: the first request has to load the model. */
  readonly loaded: boolean;
  /** How long a load takes. */
  readonly loadMs: number;
  readonly version: string;
  /** How many characters one token of a prompt holds. */
  readonly charactersPerToken: number;
  /** 0: a free port of 127.0.0.1. */
  readonly port: number;
  readonly host: string;
  /** How many requests the journal remembers; 0 keeps none, for benchmarks. */
  readonly journalCapacity: number;
}

export const standInDefaults: OllamaStandInOptions = {
  models: ['bruno-sre'],
  parallel: 1,
  loaded: true,
  loadMs: 0,
  version: '0.33.0',
  charactersPerToken: 4,
  port: 0,
  host: '127.0.0.1',
  journalCapacity: 10_000,
};
