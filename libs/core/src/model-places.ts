/** Port: the places at one model server that several processes share. */
export abstract class ModelPlaces {
  /**
   * Takes a place for this ticket, or keeps it in the queue. 0: it has one; otherwise how many are ahead, and it is to
   * be asked again before `forgottenAfterMs` has passed. Never throws.
   */
  abstract take(ticket: string): Promise<number>;

  /** Gives up the place, or the wait for it. Never throws. */
  abstract giveBack(ticket: string): Promise<void>;
}

/** A ticket that waits is forgotten when it is not asked about for so long. */
export const forgottenAfterMs = 5000;
