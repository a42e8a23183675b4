export interface RedisOptions extends Partial<RedisTuning> {
  /** `redis://` or `rediss://`, with user, password and database number where they are needed. */
  readonly url: string;
  /** A replica that is not heard of for so long counts as gone: others finish its asks. */
  readonly leaseMs: number;
}

/** What no operator needs to set; tests shorten the times. */
interface RedisTuning {
  readonly connectTimeoutMs: number;
  /** Longest wait for one command. */
  readonly commandTimeoutMs: number;
  /** Between two attempts to connect: the first pause, doubled up to the longest. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
  /** A connection that was lost is waited for so long before an ask is claimed without it. */
  readonly patienceMs: number;
  /** An ask of this replica that others may have taken over is looked after again when they were silent for so long. */
  readonly silenceMs: number;
}

export type RedisSettings = Readonly<Required<RedisOptions>>;

const defaults: RedisTuning = {
  connectTimeoutMs: 2000,
  commandTimeoutMs: 500,
  retryMs: 100,
  longestRetryMs: 3000,
  patienceMs: 500,
  silenceMs: 60_000,
};

export function settingsOf(options: RedisOptions): RedisSettings {
  return Object.freeze({ ...defaults, ...options });
}
