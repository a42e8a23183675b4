import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SlackRefusalReason } from '@jamie/core';
import { RecentKeys } from '../recent-keys';

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

const rememberedSignatures = 20_000;
// Slack signs every delivery anew. Two of the same event within one second have the same signature, and no more than
// this lies between their arrivals.
const sameSecondMs = 5000;

/** Knows the latest signatures. Older ones than these are stale. */
export class ReplayGuard {
  private readonly seen = new RecentKeys(rememberedSignatures);

  /** Whether this signed request came before. A repeated event in the second of its signing is a duplicate, no replay. */
  isReplay(
    signature: string,
    { timestamp, repeatable }: { timestamp: string; repeatable: boolean },
  ): boolean {
    if (!this.seen.has(signature)) {
      this.seen.add(signature);
      return false;
    }
    const late = Date.now() - Number(timestamp) * 1000 > sameSecondMs;
    return !repeatable || late;
  }
}
