import type { ChatBody } from './behaviour';

/** Options that the runner is started with: another value means another load. `shift` is a launch flag since 0.30. */
const runnerOptions = [
  'num_ctx',
  'num_batch',
  'num_gpu',
  'main_gpu',
  'use_mmap',
  'num_thread',
  'draft_num_predict',
];
const defaultContextTokens = 4096;
const defaultKeepAliveSeconds = 300;

export interface LoadedModel {
  readonly model: string;
  readonly contextTokens: number;
  expiresAt: Date;
}

/** Which model is in memory. A load belongs to the request that began it: when that client leaves, it is given up. */
export class ModelMemory {
  loadsStarted = 0;
  loadsFinished = 0;
  loadsAborted = 0;
  loadMs: number;
  private current: LoadedModel | undefined;
  private key: string | undefined;
  private underWay: Promise<void> | undefined;
  /** Loaded from the start, with whatever options the first request brings. */
  private adoptFirst: boolean;

  constructor(options: { readonly loaded: boolean; readonly loadMs: number }) {
    this.adoptFirst = options.loaded;
    this.loadMs = options.loadMs;
  }

  get loaded(): LoadedModel | undefined {
    return this.current;
  }

  /** True until the first request comes to a model that was loaded from the start. */
  get loadedWithUnknownOptions(): boolean {
    return this.adoptFirst;
  }

  unload(): void {
    this.adoptFirst = false;
    this.current = undefined;
    this.key = undefined;
  }

  /** Resolves to the nanoseconds that it took, or to `undefined` when the client left before. */
  async ensure(request: ChatBody, signal: AbortSignal): Promise<number | undefined> {
    const startedAt = performance.now();
    const key = keyOf(request);
    while (!this.has(key)) {
      if (signal.aborted) return undefined;
      if (this.underWay) await untilEither(this.underWay, signal);
      else await this.load(key, request, signal);
    }
    this.keep(request, key);
    return signal.aborted ? undefined : Math.round((performance.now() - startedAt) * 1e6) + 1;
  }

  private has(key: string): boolean {
    return this.adoptFirst || this.key === key;
  }

  private async load(key: string, request: ChatBody, signal: AbortSignal): Promise<void> {
    this.loadsStarted += 1;
    this.unload();
    this.underWay = pause(this.loadMs, signal);
    await this.underWay;
    this.underWay = undefined;
    if (signal.aborted) {
      this.loadsAborted += 1;
      return;
    }
    this.loadsFinished += 1;
    this.keep(request, key);
  }

  private keep(request: ChatBody, key: string): void {
    this.adoptFirst = false;
    this.key = key;
    const seconds = request.keepAliveSeconds ?? defaultKeepAliveSeconds;
    const expiresAt = new Date(seconds < 0 ? Date.UTC(2318, 0) : Date.now() + seconds * 1000);
    if (this.current?.model === request.model) this.current.expiresAt = expiresAt;
    else this.current = { model: request.model, contextTokens: contextTokensOf(request), expiresAt };
    if (seconds === 0) this.unload();
  }
}

export function contextTokensOf(request: ChatBody): number {
  const asked = request.options['num_ctx'];
  return typeof asked === 'number' ? asked : defaultContextTokens;
}

/** Resolves after that time or when the signal comes, whichever is first. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}

function keyOf(request: ChatBody): string {
  return JSON.stringify([
    request.model,
    request.shift,
    ...runnerOptions.map((name) => request.options[name]),
  ]);
}

function untilEither(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    void work.then(resolve);
  });
}
