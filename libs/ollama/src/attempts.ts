import { type ModelMessage, ModelObserver } from '@jamie/core';
import { Inject, Injectable } from '@nestjs/common';
import type { Completion } from './answer-reader';
import { ChatExchange, type ExchangeOutcome } from './chat-exchange';
import { ChatRequests } from './chat-requests';
import { OllamaConnection } from './connection';
import { judge } from './failures';
import { OLLAMA_SETTINGS, type OllamaSettings } from './ollama-options';
import type { Trouble } from './trouble';

const leastLoadSeconds = 1;

/** Sends users' questions and tells the observer, exactly once each, how they ended. */
@Injectable()
export class Attempts {
  constructor(
    private readonly connection: OllamaConnection,
    private readonly requests: ChatRequests,
    @Inject(OLLAMA_SETTINGS) private readonly settings: OllamaSettings,
    private readonly observer: ModelObserver,
  ) {}

  /** `onCompleted` is called when the last line has come, however slowly the text is taken. */
  start(
    messages: readonly ModelMessage[],
    totalEndsAt: number,
    onCompleted: (completion: Completion) => void,
  ): ChatExchange {
    const { model, firstTokenTimeoutMs, idleTimeoutMs, totalTimeoutMs, maxLineBytes } = this.settings;
    const limits = {
      firstTokenMs: firstTokenTimeoutMs,
      idleMs: idleTimeoutMs,
      totalMs: totalTimeoutMs,
      totalEndsAt,
    };
    const request = { body: this.requests.chat(messages), limits, maxLineBytes, emptyIsFine: false };
    return ChatExchange.start(this.connection, request, {
      firstToken: (seconds) => this.observer.firstToken(model, seconds),
      ended: (outcome, seconds) => {
        this.count(outcome, seconds);
        if (outcome.kind === 'completed') onCompleted(outcome.completion);
      },
    });
  }

  /** An attempt that could not be sent, because the model was not ready in time. */
  countUnsent(trouble: Trouble, seconds: number): void {
    this.count({ kind: 'failed', trouble }, seconds);
  }

  withoutThink(): void {
    this.requests.withoutThink();
  }

  private count(outcome: ExchangeOutcome, durationSeconds: number): void {
    const { model, baseUrl } = this.settings;
    if (outcome.kind === 'left') this.observer.cancelled(model);
    else if (outcome.kind === 'completed') this.countSuccess(outcome.completion, durationSeconds);
    else {
      const { code } = judge(outcome.trouble, { url: baseUrl.root, model }).error;
      this.observer.attemptFinished({ model, durationSeconds, outcome: 'error', code });
    }
  }

  private countSuccess(completion: Completion, durationSeconds: number): void {
    const { model } = this.settings;
    const { usage, loadSeconds = 0 } = completion;
    this.observer.attemptFinished({ model, durationSeconds, outcome: 'success' });
    if (loadSeconds > leastLoadSeconds) this.observer.modelLoaded(model, loadSeconds);
    if (!completion.counted) return;
    this.observer.tokens(model, { prompt: usage.promptTokens, completion: usage.completionTokens });
  }
}
