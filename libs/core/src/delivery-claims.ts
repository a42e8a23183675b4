/** Something that is to be worked on once, however often it is delivered, and to whichever process. */
export interface Delivery {
  /** Every name under which it may come again. */
  readonly keys: readonly string[];
  /** Present when somebody waits for an answer. */
  readonly ask?: ClaimedAsk;
  /** It comes as another event, too. Where several processes get deliveries, it is left to that one. */
  readonly echo?: boolean;
}

export interface ClaimedAsk {
  readonly id: string;
  /** Asks of one thread are answered one after the other; absent: this one need not wait for any. */
  readonly thread?: string;
  /** Sorts the asks of a thread. */
  readonly order: string;
  /** What another process needs to know to finish it. JSON. */
  readonly record: string;
}

/** The right to work on a delivery. It ends with the process that has it, or with that process's contact to the others. */
export abstract class Claim {
  abstract readonly delivery: Delivery;

  /** False: another process may have taken over by now, and this one is to say nothing more. */
  abstract isHeld(): Promise<boolean>;

  /** Whether all earlier asks of its thread are done. */
  abstract hasTurn(): Promise<boolean>;

  /** The work is done. Does nothing when the claim is held no more. */
  abstract settle(): Promise<void>;

  /** The work died: whoever gets it delivered again may have it done. */
  abstract release(): Promise<void>;
}

/** An ask whose process is gone before it was settled, and the claim of the one that takes over. */
export interface Orphan {
  readonly claim: Claim;
  readonly ask: ClaimedAsk;
  /** When it was first claimed. Milliseconds since 1970. */
  readonly claimedAtMs: number;
}

/** Port: remembers for 24 hours which deliveries were taken, and by whom. */
export abstract class DeliveryClaims {
  /** Takes all keys in one step. Undefined when one of them was taken before; then none is. */
  abstract claim(delivery: Delivery): Promise<Claim | undefined>;

  /** Asks to be finished in place of a process that is gone. Each is handed out once. To be asked again and again. */
  abstract orphans(): Promise<readonly Orphan[]>;
}
