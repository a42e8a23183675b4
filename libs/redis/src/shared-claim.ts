import { Claim, type ClaimedAsk, type Delivery, type Orphan } from '@jamie/core';
import { z } from 'zod';

/** What the scripts know of a delivery. */
const entry = z.object({
  id: z.string(),
  keys: z.array(z.string()),
  thread: z.string().exactOptional(),
  order: z.string(),
  record: z.string(),
  atMs: z.number(),
  token: z.number(),
});

export interface ClaimDesk {
  verify(claim: SharedClaim): Promise<boolean>;
  hasTurn(claim: SharedClaim): Promise<boolean>;
  end(claim: SharedClaim, how: 'settle' | 'release'): Promise<void>;
}

/** `handed-over`: another replica has it, or may have it. */
type ClaimState = 'held' | 'suspended' | 'handed-over' | 'ended';

export interface ClaimOrigin {
  /** The claim in this process; absent for asks that were taken over and are known here already. */
  readonly local: Claim | undefined;
  readonly atMs: number;
}

/** A claim of this replica. Without a token the others have not been told of it yet. */
export class SharedClaim extends Claim {
  token: number | undefined;
  /** Lapses of the membership up to which it is known to be held. */
  lapses = 0;
  state: ClaimState = 'held';
  turn = false;
  suspendedAtMs = 0;

  constructor(
    private readonly desk: ClaimDesk,
    readonly delivery: Delivery,
    readonly origin: ClaimOrigin,
  ) {
    super();
  }

  isHeld(): Promise<boolean> {
    return this.state === 'held' ? this.desk.verify(this) : Promise.resolve(false);
  }

  hasTurn(): Promise<boolean> {
    return this.state === 'held' ? this.desk.hasTurn(this) : Promise.resolve(true);
  }

  settle(): Promise<void> {
    return this.desk.end(this, 'settle');
  }

  release(): Promise<void> {
    return this.desk.end(this, 'release');
  }

  /** For the scripts. */
  toJSON(): object {
    const { ask, keys } = this.delivery;
    const { token, turn, state } = this;
    return { ...ask, keys, atMs: this.origin.atMs, token, turn, state: state === 'ended' ? 'done' : 'open' };
  }

  asOrphan(ask: ClaimedAsk): Orphan {
    return { claim: this, ask, claimedAtMs: this.origin.atMs };
  }
}

/** What a script told of an ask; undefined when it cannot be read. */
export function entryFrom(text: unknown) {
  try {
    const { keys, token, atMs, id, order, record, thread } = entry.parse(JSON.parse(String(text)));
    const ask: ClaimedAsk = { id, order, record, ...(thread === undefined ? {} : { thread }) };
    return { delivery: { keys, ask }, ask, token, atMs };
  } catch {
    return undefined;
  }
}
