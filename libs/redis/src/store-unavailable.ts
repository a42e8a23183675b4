/** Redis cannot be used now. The message is a sentence for people, and never holds a password. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** No answer came in time; the command may have been done. */
export class CommandTimeout extends Error {
  override readonly name = 'CommandTimeout';

  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds} ms`);
  }
}

/** Answers of Redis, https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors, and what they mean. */
const replies: readonly (readonly [RegExp, string])[] = [
  [/^(WRONGPASS|NOAUTH|ERR (Client sent AUTH|AUTH))/, 'it refuses the user or password in REDIS_URL'],
  [
    /^NOPERM/,
    'the user in REDIS_URL may not run what Jamie needs: EVALSHA, EVAL, and keys that begin with {jamie}',
  ],
  [/^OOM/, 'it is out of memory: raise maxmemory, or set maxmemory-policy to volatile-lru'],
  [/^READONLY/, 'it is a read-only replica; REDIS_URL must name the primary'],
  [/^LOADING/, 'it is still loading its data'],
  [/^MISCONF/, 'it cannot write to its disk and refuses changes'],
  [/^ERR (DB index|invalid DB)/i, 'there is no database with the number in REDIS_URL'],
];

/** Why Redis cannot be used, in words that follow "because". */
export function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const known = replies.find(([pattern]) => pattern.test(message));
  if (known !== undefined) return known[1];
  // A connection to several addresses fails with a list of errors and no message.
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  return message === '' ? code : message;
}
