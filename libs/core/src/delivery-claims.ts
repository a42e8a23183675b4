/** Port: remembers which deliveries were taken, so that each is worked on once. Forgets after 24 hours. */
export abstract class DeliveryClaims {
  /** Takes all keys in one step. False when one of them was taken before; then none is. */
  abstract claim(keys: readonly string[]): Promise<boolean>;

  /** The work died: whoever delivers again may have it done. */
  abstract release(keys: readonly string[]): Promise<void>;

  /** The work is done. Until then a store shared by several processes may give the keys up with the process that took them. */
  abstract settle(keys: readonly string[]): Promise<void>;
}
