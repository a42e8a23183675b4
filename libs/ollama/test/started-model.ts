import {
  LanguageModel,
  type ModelEvent,
  type ModelMessage,
  ModelObserver,
  SharedState,
  Unshared,
} from '@jamie/core';
import { Global, type INestApplicationContext, Logger, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { OllamaModule, type OllamaOptions } from '../src/index';

/** Short times, so that tests of deadlines and retries take no time; everything else is as in production. */
const quick: Omit<OllamaOptions, 'url'> = {
  model: 'bruno-sre',
  numCtx: 8192,
  numPredict: 1024,
  keepAlive: '30m',
  temperature: 0.2,
  maxInFlight: 1,
  maxQueue: 16,
  queueTimeoutMs: 5000,
  firstTokenTimeoutMs: 2000,
  idleTimeoutMs: 2000,
  totalTimeoutMs: 5000,
  retryDelayMs: 4,
  breakerThreshold: 100,
  refreshIntervalMs: 60_000,
};

export interface StartedModel {
  readonly model: LanguageModel;
  close(): Promise<void>;
}

/** The module as the application starts it, with an observer of the test's own. */
export async function startModel(
  observer: ModelObserver,
  url: string,
  options: Partial<OllamaOptions> = {},
): Promise<StartedModel> {
  @Global()
  @Module({
    providers: [
      { provide: ModelObserver, useValue: observer },
      { provide: SharedState, useClass: Unshared },
    ],
    exports: [ModelObserver, SharedState],
  })
  class Observers {}

  Logger.overrideLogger(false);
  const module = await Test.createTestingModule({
    imports: [Observers, OllamaModule.forRoot({ ...quick, url, ...options })],
  }).compile();
  const app: INestApplicationContext = await module.init();
  return { model: app.get(LanguageModel), close: () => app.close() };
}

export const question: readonly ModelMessage[] = [{ role: 'user', content: 'Why is the disk full?' }];

export interface Heard {
  readonly text: string;
  readonly types: readonly ModelEvent['type'][];
  readonly done: Extract<ModelEvent, { type: 'done' }> | undefined;
  readonly ahead: readonly number[];
  /** What was thrown; undefined when the stream ended by itself. */
  readonly thrown: unknown;
}

/** Reads one answer to its end, whatever the end is. */
export async function ask(
  model: LanguageModel,
  signal: AbortSignal = new AbortController().signal,
  messages = question,
  onText: () => void = () => undefined,
): Promise<Heard> {
  const events: ModelEvent[] = [];
  let thrown: unknown;
  try {
    for await (const event of model.generate(messages, signal)) {
      events.push(event);
      if (event.type === 'text-delta') onText();
    }
  } catch (error) {
    thrown = error;
  }
  return {
    text: events.map((event) => (event.type === 'text-delta' ? event.text : '')).join(''),
    types: [...new Set(events.map((event) => event.type))],
    done: events.find((event) => event.type === 'done'),
    ahead: events.flatMap((event) => (event.type === 'queued' ? [event.ahead] : [])),
    thrown,
  };
}

/** Waits, turn by turn of the event loop, for something that leaves no trace at the server. */
export async function until(holds: () => boolean, timeoutMs = 20_000): Promise<void> {
  const endsAt = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > endsAt) throw new Error(`Not within ${timeoutMs} ms: ${String(holds)}`);
    await new Promise(setImmediate);
  }
}
