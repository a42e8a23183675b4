/** All keys have one hash tag, so that a script may touch any of them on Redis Cluster as well. */
const prefix = '{jamie}';

export const keys = {
  /** Of a database: another value means that it was cleared, or is another one. */
  birth: `${prefix}:birth`,
  probe: `${prefix}:probe`,
  /** Exists as long as the replica is heard of. */
  replica: `${prefix}:replica:`,
  conversation: `${prefix}:conversation:`,
  conversations: `${prefix}:conversations`,
  claim: `${prefix}:claim:`,
  /** Hash: id of an ask that is being answered -> who answers it. */
  openAsks: `${prefix}:asks`,
  fence: `${prefix}:fence`,
  /** Sorted: the open asks of a thread. */
  thread: `${prefix}:thread:`,
  /** The ask of a thread that is being answered. */
  turn: `${prefix}:turn:`,
  /** The `ts` since which Jamie takes part in a thread. */
  joined: `${prefix}:joined:`,
  rate: `${prefix}:rate`,
  placesTaken: `${prefix}:places:taken`,
  placesQueue: `${prefix}:places:queue`,
  placesSeen: `${prefix}:places:seen`,
  placesNumber: `${prefix}:places:number`,
} as const;
