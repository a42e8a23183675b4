import { trace } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { FixedRunbooks, ScriptedModel, answering, exampleRunbook } from '@jamie/testing';
import { instrumenting } from './instrument';

const ended = new InMemorySpanExporter();
beforeAll(() => {
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(ended)] }),
  );
});
beforeEach(() => ended.reset());
afterAll(() => trace.disable());

const names = () => ended.getFinishedSpans().map(({ name }) => name);

describe('instrumenting what Nest creates', () => {
  it('gives back what it was shown, and lets it work as before', async () => {
    const instrument = instrumenting({ request: {}, content: false });
    const model = new ScriptedModel(answering('all ', 'well'));
    const runbooks = new FixedRunbooks([exampleRunbook('Watchdog')]);
    for (const instance of [model, runbooks, 'text', undefined, null]) {
      expect(instrument(instance)).toBe(instance);
    }
    const types: string[] = [];
    for await (const { type } of model.generate([], new AbortController().signal)) types.push(type);
    expect(types).toEqual(['thinking', 'text-delta', 'text-delta', 'done']);
    expect(runbooks.search('Watchdog', 3)).toHaveLength(1);
    expect(names()).toEqual(['chat bruno-sre', 'retrieval runbooks']);
  });

  it('opens one span, though an alias shows the same instance again', () => {
    const instrument = instrumenting({ request: {}, content: false });
    const runbooks = new FixedRunbooks([]);
    instrument(runbooks);
    instrument(runbooks);
    runbooks.search('anything', 3);
    expect(names()).toEqual(['retrieval runbooks']);
  });
});
