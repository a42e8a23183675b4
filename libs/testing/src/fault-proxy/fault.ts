/** Where it happens: so many bytes of the answer come through before. Drawn at random when it is left out. */
interface AfterBytes {
  readonly afterBytes?: number;
}

/** What goes wrong on a connection. */
export type NetworkFault =
  /** Every piece, in both directions, comes late. */
  | { readonly kind: 'latency'; readonly delayMs: number }
  /** The answer trickles. */
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  /** Nothing goes either way until the fault is over; nothing is lost. */
  | { readonly kind: 'stalled' }
  /** The other side is gone and nobody says so: what is sent gets lost, for as long as the connection lives. */
  | ({ readonly kind: 'half-open' } & AfterBytes)
  | ({ readonly kind: 'reset' } & AfterBytes)
  /** The connection is closed properly, in the middle of the answer. */
  | ({ readonly kind: 'truncated' } & AfterBytes)
  /** Random bytes stand in the middle of the answer. */
  | ({ readonly kind: 'garbage' } & AfterBytes);

export type NetworkFaultKind = NetworkFault['kind'] | 'refused';
