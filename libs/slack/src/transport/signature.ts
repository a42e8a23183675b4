import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SlackRefusalReason } from '@jamie/core';
import { LRUCache } from 'lru-cache';

export interface SignedRequest {
  readonly signature: string | undefined;
  /** Seconds since 1970, as the header has it. */
  readonly timestamp: string | undefined;
  readonly body: Buffer;
}

// https://docs.slack.dev/authentication/verifying-requests-from-slack
const windowSeconds = 300;

/** Undefined: Slack signed it, within the last five minutes. */
export function signatureProblem(
  request: SignedRequest,
  secret: string,
  nowMs: number,
): SlackRefusalReason | undefined {
  const { signature, timestamp, body } = request;
  if (signature === undefined || timestamp === undefined) return 'missing_signature';
  if (!/^\d{1,12}$/.test(timestamp)) return 'bad_signature';
  const ageSeconds = nowMs / 1000 - Number(timestamp);
  if (ageSeconds > windowSeconds) return 'stale';
  if (ageSeconds < -windowSeconds) return 'future';
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex');
  return same(signature, `v0=${expected}`) ? undefined : 'bad_signature';
}

function same(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

const maxSignatures = 20_000;
// Slack signs every delivery anew. Two of the same event within one second have the same signature, and no more than
// this lies between their arrivals.
const sameSecondMs = 5000;

/** Knows the signatures of the last ten minutes. */
export class ReplayGuard {
  private readonly seen = new LRUCache<string, true>({ max: maxSignatures, ttl: 2 * windowSeconds * 1000 });

  /** Whether this signed request came before. A repeated event in the second of its signing is a duplicate, no replay. */
  isReplay(
    signature: string,
    { timestamp, repeatable }: { timestamp: string; repeatable: boolean },
  ): boolean {
    const key = shortened(signature);
    if (!this.seen.has(key)) {
      this.seen.set(key, true);
      return false;
    }
    const late = Date.now() - Number(timestamp) * 1000 > sameSecondMs;
    return !repeatable || late;
  }
}

/** 128 bits tell signatures apart as well, in half the room. */
function shortened(signature: string): string {
  return Buffer.from(signature.slice('v0='.length, 'v0='.length + 32), 'hex').toString('latin1');
}
