import {
  type DependencyStatus,
  type Lane,
  LanguageModel,
  type ModelEvent,
  type ModelMessage,
} from '@jamie/core';
import { Inject, Injectable } from '@nestjs/common';
import { Answering } from './answering';
import { Experience } from './experience';
import { Gate } from './gate';
import { leavable } from './leavable';
import { OLLAMA_SETTINGS, type OllamaSettings } from './ollama-options';

const everybody: Lane = ['', ''];

/** The language model behind Ollama's `/api/chat`. */
@Injectable()
export class OllamaModel extends LanguageModel {
  readonly name: string;

  constructor(
    @Inject(OLLAMA_SETTINGS) settings: OllamaSettings,
    private readonly gate: Gate,
    private readonly answering: Answering,
    private readonly experience: Experience,
  ) {
    super();
    this.name = settings.model;
  }

  inputBudgetCharacters(): number {
    return this.experience.inputBudgetCharacters;
  }

  generate(
    messages: readonly ModelMessage[],
    signal: AbortSignal,
    lane: Lane = everybody,
  ): AsyncIterable<ModelEvent> {
    return leavable(signal, (leaving) => this.run(messages, leaving, lane));
  }

  status(): DependencyStatus {
    return this.experience.status;
  }

  check(signal: AbortSignal): Promise<DependencyStatus> {
    return this.experience.check(signal);
  }

  private async *run(
    messages: readonly ModelMessage[],
    signal: AbortSignal,
    lane: Lane,
  ): AsyncGenerator<ModelEvent, void> {
    const release = yield* this.gate.enter(signal, lane);
    try {
      yield* this.answering.answer(messages, signal, release);
    } finally {
      release();
    }
  }
}
