import type { ModelEvent, ModelMessage } from '@jamie/core';
import { Inject, Injectable } from '@nestjs/common';
import { Attempts } from './attempts';
import type { Release } from './bulkhead';
import type { ChatExchange } from './chat-exchange';
import { Experience } from './experience';
import { OLLAMA_SETTINGS, type OllamaSettings } from './ollama-options';
import { pause, retryDelayMs } from './retry-delay';
import type { Trouble } from './trouble';
import type { Verdict } from './verdict';
import { WarmUp } from './warm-up';

interface Question {
  readonly messages: readonly ModelMessage[];
  readonly signal: AbortSignal;
  /** On the clock of `performance.now()`. */
  readonly endsAt: number;
  /** Gives the place at the model back. */
  readonly release: Release;
}

/** Answers one question that has its place: waits for the model, asks it, and asks again where that helps. */
@Injectable()
export class Answering {
  constructor(
    private readonly attempts: Attempts,
    private readonly warmUp: WarmUp,
    private readonly experience: Experience,
    @Inject(OLLAMA_SETTINGS) private readonly settings: OllamaSettings,
  ) {}

  /** @throws ModelError, or the signal's reason */
  async *answer(
    messages: readonly ModelMessage[],
    signal: AbortSignal,
    release: Release,
  ): AsyncGenerator<ModelEvent, void> {
    const endsAt = performance.now() + this.settings.totalTimeoutMs;
    const question = { messages, signal, endsAt, release };
    const wasUp = this.experience.status.state === 'up';
    let serverGone = false;
    for (let made = 1; ; made += 1) {
      // A server that cannot be reached has nothing to load; the attempt itself finds out whether it came back.
      if (!this.warmUp.warm && !serverGone) yield* this.waitForModel(question);
      const verdict = yield* this.attempt(question, made === 1);
      if (!verdict) return;
      serverGone = verdict.error.code === 'OllamaUnreachable';
      // A server that was there a moment ago may just restart. One that was not is left alone: whoever asks has
      // better use for the time.
      if (serverGone && !wasUp) throw verdict.error;
      await this.beforeRetry(verdict, made, question);
    }
  }

  private async *waitForModel(question: Question): AsyncGenerator<ModelEvent, void> {
    const { signal, endsAt } = question;
    const since = performance.now();
    const limitMs = Math.min(this.settings.firstTokenTimeoutMs, Math.max(0, endsAt - since));
    // The load goes on its way before anybody is told, so that it does not depend on who listens.
    const over = this.warmUp.wait(limitMs, signal);
    over.catch(() => undefined);
    yield { type: 'loading' };
    if (await over) return;
    const trouble = { kind: 'deadline', deadline: 'load', seconds: Math.round(limitMs) / 1000 } as const;
    this.attempts.countUnsent(trouble, (performance.now() - since) / 1000);
    throw (await this.judge(trouble, question)).error;
  }

  /** One attempt; what went wrong when nothing of it was passed on, `undefined` when it succeeded. */
  private async *attempt(
    question: Question,
    first: boolean,
  ): AsyncGenerator<ModelEvent, Verdict | undefined> {
    const { signal } = question;
    signal.throwIfAborted();
    const exchange = this.start(question);
    const leave = () => exchange.leave();
    signal.addEventListener('abort', leave, { once: true });
    try {
      if (first) yield { type: 'thinking' };
      return yield* this.relay(exchange, question);
    } finally {
      signal.removeEventListener('abort', leave);
      exchange.leave();
    }
  }

  /** The place is given back as soon as the server is done, however slowly the text is read. */
  private start({ messages, endsAt, release }: Question): ChatExchange {
    return this.attempts.start(messages, endsAt, (completion) => {
      release();
      this.experience.completed(messages, completion);
    });
  }

  /** @throws ModelError when text was passed on already: it cannot be taken back */
  private async *relay(
    exchange: ChatExchange,
    question: Question,
  ): AsyncGenerator<ModelEvent, Verdict | undefined> {
    const { signal } = question;
    let passedOn = false;
    for (;;) {
      await exchange.changed();
      signal.throwIfAborted();
      // Text that nobody saw yet is dropped with a failed attempt: then it can be made again.
      if (exchange.outcome?.kind === 'failed' && !passedOn)
        return this.judge(exchange.outcome.trouble, question);
      const text = exchange.take();
      if (text !== '') {
        passedOn = true;
        yield { type: 'text-delta', text };
      } else if (exchange.outcome?.kind === 'completed') {
        const { usage, finishReason } = exchange.outcome.completion;
        yield { type: 'done', usage, finishReason };
        return undefined;
      } else if (exchange.outcome?.kind === 'failed') {
        throw (await this.judge(exchange.outcome.trouble, question)).error;
      }
    }
  }

  private judge(trouble: Trouble, { messages, signal }: Question): Promise<Verdict> {
    return this.experience.failed(messages, trouble, signal);
  }

  /** @throws ModelError when asking again would not help */
  private async beforeRetry(verdict: Verdict, made: number, question: Question): Promise<void> {
    if (verdict.thinkUnknown) this.attempts.withoutThink();
    const delayMs = verdict.thinkUnknown ? 0 : retryDelayMs(made, this.settings);
    const pointless = made > verdict.retries || this.experience.gaveUp;
    if (pointless || performance.now() + delayMs >= question.endsAt) throw verdict.error;
    await pause(delayMs, question.signal);
  }
}
