/** Port: the threads that Jamie takes part in, where people need not mention it. Remembers each for 24 hours. */
export abstract class JoinedThreads {
  /** Jamie was named in the thread by the message with this `ts`. An earlier one that is known stays. */
  abstract join(thread: string, ts: string): Promise<void>;

  /** The `ts` of the earliest message known to have named Jamie; undefined when none is known. */
  abstract since(thread: string): Promise<string | undefined>;
}
