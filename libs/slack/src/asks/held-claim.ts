import { AsyncLocalStorage } from 'node:async_hooks';
import type { Claim } from '@jamie/core';

/** Another replica has this ask, or may have it: this one says nothing more. */
export class HandedOver extends Error {
  override readonly name = 'HandedOver';

  constructor() {
    super('another replica may have taken over');
  }
}

interface Held {
  readonly claim: Claim;
  readonly controller: AbortController;
}

const current = new AsyncLocalStorage<Held>();

/** Everything that `work` says in Slack, it says only while the claim is held; when it is no more, it is aborted. */
export function holding<T>(held: Held, work: () => Promise<T>): Promise<T> {
  return current.run(held, work);
}

/** To be awaited right before anything is said. Throws HandedOver. */
export async function assertHeld(): Promise<void> {
  const held = current.getStore();
  if (held === undefined || (await held.claim.isHeld())) return;
  const reason = new HandedOver();
  held.controller.abort(reason);
  throw reason;
}
