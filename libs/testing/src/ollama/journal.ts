import { EventEmitter, on } from 'node:events';

/** `load` and `unload` are chat requests without messages. */
export type RequestKind = 'chat' | 'load' | 'unload' | 'tags' | 'ps' | 'version' | 'show' | 'root' | 'other';

/**
 * `waiting`: for a load or a slot. `finished`: the whole response was sent, whatever it said. `cancelled`: the client
 * left first. `cut`: the stand-in itself broke the connection.
 */
export type RequestState = 'received' | 'waiting' | 'generating' | 'finished' | 'cancelled' | 'cut';

export interface JournalEntry {
  readonly number: number;
  kind: RequestKind;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed body; undefined without one, or when the journal keeps none. */
  body: Readonly<Record<string, unknown>> | undefined;
  state: RequestState;
  status: number;
  /** True when the whole answer was generated, done line included. */
  answered: boolean;
  chunksSent: number;
  /** Milliseconds of `performance.now()`. */
  readonly receivedAt: number;
  endedAt: number | undefined;
}

/** Everything that reached the stand-in, in order: the truth that a client's counters are held against. */
export class Journal {
  private readonly list: JournalEntry[] = [];
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private total = 0;
  private readonly capacity: number;

  constructor(options: { readonly capacity: number }) {
    this.capacity = options.capacity;
  }

  /** The newest `capacity` entries, oldest first. */
  get entries(): readonly JournalEntry[] {
    return this.list;
  }

  /** How many requests ever came, dropped entries included. */
  get received(): number {
    return this.total;
  }

  of(kind: RequestKind): readonly JournalEntry[] {
    return this.list.filter((entry) => entry.kind === kind);
  }

  count(kind: RequestKind, state?: RequestState): number {
    return this.of(kind).filter((entry) => state === undefined || entry.state === state).length;
  }

  clear(): void {
    this.list.length = 0;
  }

  /** Resolves as soon as `holds` is true of the entries; looks again at every change. */
  async until(holds: (journal: Journal) => boolean, timeoutMs = 20_000): Promise<void> {
    if (holds(this)) return;
    const signal = AbortSignal.timeout(timeoutMs);
    for await (const _ of on(this.changes, 'change', { signal })) if (holds(this)) return;
  }

  /** The next request of that kind to arrive from now on. */
  next(kind: RequestKind): Promise<JournalEntry> {
    return new Promise((resolve) => {
      this.changes.once(kind, resolve);
    });
  }

  add(request: Pick<JournalEntry, 'method' | 'path' | 'headers'>): JournalEntry {
    this.total += 1;
    const entry: JournalEntry = {
      ...request,
      number: this.total,
      kind: 'other',
      body: undefined,
      state: 'received',
      status: 0,
      answered: false,
      chunksSent: 0,
      receivedAt: performance.now(),
      endedAt: undefined,
    };
    if (this.capacity > 0) this.keep(entry);
    return entry;
  }

  classified(entry: JournalEntry, kind: RequestKind): void {
    entry.kind = kind;
    if (this.capacity === 0) return;
    this.changes.emit(kind, entry);
    this.changes.emit('change');
  }

  changed(entry: JournalEntry, state: RequestState): void {
    if (entry.endedAt !== undefined) return;
    entry.state = state;
    if (state === 'finished' || state === 'cancelled' || state === 'cut') entry.endedAt = performance.now();
    if (this.capacity > 0) this.changes.emit('change');
  }

  private keep(entry: JournalEntry): void {
    if (this.list.length >= this.capacity) this.list.shift();
    this.list.push(entry);
  }
}
