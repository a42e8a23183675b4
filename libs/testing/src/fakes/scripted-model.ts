import {
  type DependencyStatus,
  type Lane,
  LanguageModel,
  type ModelEvent,
  type ModelMessage,
} from '@jamie/core';

/** One answer of the scripted model: events in order; an Error among them is thrown. */
export type Script = readonly (ModelEvent | Error)[];

/** A language model that does what the test wrote, and remembers what it was asked. */
export class ScriptedModel extends LanguageModel {
  readonly name = 'bruno-sre';
  readonly requests: (readonly ModelMessage[])[] = [];
  readonly lanes: Lane[] = [];
  budgetCharacters = 20_000;
  /** How often an answer was left before its end. */
  stopped = 0;
  private readonly scripts: Script[];

  /** The last script serves every further request. */
  constructor(...scripts: readonly Script[]) {
    super();
    this.scripts = [...scripts];
  }

  inputBudgetCharacters(): number {
    return this.budgetCharacters;
  }

  async *generate(
    messages: readonly ModelMessage[],
    signal: AbortSignal,
    lane: Lane = [],
  ): AsyncGenerator<ModelEvent> {
    this.requests.push(messages);
    this.lanes.push(lane);
    const script = (this.scripts.length > 1 ? this.scripts.shift() : this.scripts[0]) ?? [];
    let complete = false;
    try {
      for (const step of script) {
        signal.throwIfAborted();
        if (step instanceof Error) throw step;
        yield await Promise.resolve(step);
      }
      complete = true;
    } finally {
      if (!complete) this.stopped += 1;
    }
  }

  status(): DependencyStatus {
    return { name: 'model', state: 'up', detail: 'scripted' };
  }

  check(): Promise<DependencyStatus> {
    return Promise.resolve(this.status());
  }
}

/** The events of an answer that goes well. */
export function answering(...texts: readonly string[]): Script {
  const usage = { promptTokens: 100, completionTokens: texts.length };
  return [
    { type: 'thinking' },
    ...texts.map((text): ModelEvent => ({ type: 'text-delta', text })),
    { type: 'done', usage, finishReason: 'stop' },
  ];
}
