import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { SharedState } from '@jamie/core';
import { Refusal } from './errors';
import { LocalRateLimit } from './local-rate-limit';

const windowSeconds = 60;

/** Who asks: a short digest of the API key, or the address. Never leaves the process. */
export function callerOf(locals: Readonly<Record<string, unknown>>): string {
  return typeof locals['caller'] === 'string' ? locals['caller'] : 'unknown';
}

/** Lets in whoever has one of the keys. Without keys everybody, told apart by address. */
export function apiKeyGate(keys: readonly string[]): RequestHandler {
  const known = keys.map(digest);
  return (request, response, next) => {
    response.locals['caller'] = `address:${request.ip ?? ''}`;
    if (known.length === 0) {
      next();
      return;
    }
    const given = digest(/^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
    // Every key is compared, so that the time tells nothing about which one was close.
    const matching = known.filter((key) => timingSafeEqual(key, given));
    if (matching.length === 0) {
      const message = 'An API key is needed: send it as "Authorization: Bearer <key>".';
      throw new Refusal(401, message, { 'www-authenticate': 'Bearer' });
    }
    response.locals['caller'] = `key:${given.toString('hex', 0, 8)}`;
    next();
  };
}

/** At most so many asks a minute for each caller; 0 sets no limit. */
export function rateLimit(
  { name, perMinute }: { readonly name: string; readonly perMinute: number },
  shared: SharedState,
): RequestHandler {
  if (perMinute === 0) return (_request, _response, next) => next();
  const rule = { name, points: perMinute, seconds: windowSeconds };
  const limit = shared.rateLimit(rule, new LocalRateLimit(rule));
  return async (_request, response, next) => {
    const waitMs = await limit.take(callerOf(response.locals));
    if (waitMs > 0) throw tooMany(perMinute, waitMs);
    next();
  };
}

function tooMany(perMinute: number, waitMs: number): Refusal {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const message = `More than ${perMinute} requests in a minute. Try again in ${seconds} s.`;
  return new Refusal(429, message, { 'retry-after': String(seconds) });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
