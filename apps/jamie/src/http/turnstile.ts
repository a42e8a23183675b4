import { AsyncResource } from 'node:async_hooks';
import type { RequestHandler } from 'express';

/** Node takes one new connection in each round, https://github.com/libuv/libuv/pull/3696: probes may stand behind many. */
const roundsBetween = 4;

/**
 * Lets one request through at a time, with rounds of the event loop between two: of a hundred that came at once the last
 * would otherwise hold up probes, scrapes and new connections until all of them have been worked on.
 */
export function turnstile(): RequestHandler {
  const waiting: (() => void)[] = [];
  let taken = false;
  const letThrough = (next: () => void): void => {
    taken = true;
    afterRounds(roundsBetween, free);
    next();
  };
  const free = (): void => {
    taken = false;
    const next = waiting.shift();
    if (next !== undefined) letThrough(next);
  };
  return (_request, _response, next) => {
    if (taken) waiting.push(AsyncResource.bind(() => next()));
    else letThrough(next);
  };
}

function afterRounds(rounds: number, work: () => void): void {
  setImmediate(() => {
    if (rounds === 1) work();
    else afterRounds(rounds - 1, work);
  });
}
