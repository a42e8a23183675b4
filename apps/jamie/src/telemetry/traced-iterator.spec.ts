import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { ModelError } from '@jamie/core';
import { tracer } from './spans';
import { TracedIterator } from './traced-iterator';

const ended = new InMemorySpanExporter();
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(ended)] }),
  );
});
beforeEach(() => ended.reset());
afterAll(() => {
  context.disable();
  trace.disable();
});

const activeSpan = (): string | undefined => trace.getActiveSpan()?.spanContext().spanId;
const tick = () => new Promise((resolve) => setImmediate(resolve));

function traced<T>(
  source: (signal: AbortSignal) => AsyncGenerator<T>,
  signal = new AbortController().signal,
): { readonly iterator: TracedIterator<T>; readonly spanId: string } {
  const span = tracer().startSpan('iteration');
  const iterator = new TracedIterator({ span, signal, open: () => source(signal), watch: () => {} });
  return { iterator, spanId: span.spanContext().spanId };
}

describe('an iteration with a span', () => {
  it('has the span active inside, at each step and after each wait, and nowhere outside', async () => {
    const seen: (string | undefined)[] = [];
    const { iterator, spanId } = traced(async function* () {
      seen.push(activeSpan());
      await tick();
      seen.push(activeSpan());
      yield 1;
      seen.push(activeSpan());
      yield 2;
    });
    const values: number[] = [];
    for await (const value of iterator) {
      values.push(value);
      expect(activeSpan()).toBeUndefined();
    }
    expect(values).toEqual([1, 2]);
    expect(seen).toEqual([spanId, spanId, spanId]);
  });

  it('ends the span when the source has ended, once', async () => {
    const { iterator } = traced(async function* () {
      yield 1;
    });
    await iterator.next();
    expect(ended.getFinishedSpans()).toHaveLength(0);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    await iterator.next();
    await iterator.return();
    expect(ended.getFinishedSpans()).toHaveLength(1);
    expect(ended.getFinishedSpans()[0]?.attributes).toEqual({});
  });

  it('marks the span with the name of the failure, and passes the failure on', async () => {
    const failure = new ModelError('OllamaBusy', 'The model is busy.', { retryable: true });
    const { iterator } = traced(async function* () {
      yield 1;
      throw failure;
    });
    await iterator.next();
    await expect(iterator.next()).rejects.toBe(failure);
    expect(ended.getFinishedSpans()[0]).toMatchObject({
      attributes: { 'error.type': 'OllamaBusy' },
      status: { code: 2, message: 'The model is busy.' },
    });
  });

  it('keeps to itself what an unknown failure says', async () => {
    const { iterator } = traced(async function* () {
      yield* [];
      throw new TypeError('token xoxb-1 was refused');
    });
    await expect(iterator.next()).rejects.toThrow(TypeError);
    const [span] = ended.getFinishedSpans();
    expect(span).toMatchObject({ attributes: { 'error.type': 'TypeError' }, status: { code: 2 } });
    expect(JSON.stringify([span?.status, span?.attributes, span?.events])).not.toContain('xoxb');
  });

  it('lets the source clean up inside the span when it is left', async () => {
    let cleanedUpIn: string | undefined;
    const { iterator, spanId } = traced(async function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        await tick();
        cleanedUpIn = activeSpan();
      }
    });
    for await (const _ of iterator) break;
    expect(cleanedUpIn).toBe(spanId);
    expect(ended.getFinishedSpans()[0]).toMatchObject({
      attributes: { 'jamie.left_early': true },
      status: { code: 0 },
    });
  });

  it('ends the span when it is aborted, even if nobody reads on', async () => {
    const stop = new AbortController();
    const { iterator } = traced(async function* (signal) {
      yield 1;
      signal.throwIfAborted();
    }, stop.signal);
    await iterator.next();
    stop.abort(new Error('the client left'));
    expect(ended.getFinishedSpans()[0]?.attributes).toEqual({ 'jamie.left_early': true });
    await expect(iterator.next()).rejects.toThrow('the client left');
    expect(ended.getFinishedSpans()).toHaveLength(1);
  });
});
