import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Injectable, Logger } from '@nestjs/common';
import {
  type Answer,
  type ChatEvent,
  ChatObserver,
  ConversationStore,
  LanguageModel,
  type Question,
  RunbookSearch,
  type Turn,
  isModelFailure,
  sentenceOf,
} from '@jamie/core';
import { Draft } from './draft';
import { answerWithoutModel } from './fallback';
import { writeWithModel } from './model-writer';
import { relevantRunbooks } from './retrieval';

/**
 * Answers one question: looks into the runbooks, asks the model, and falls back to the runbooks when the model cannot
 * answer. Knows nothing of the surface that shows the answer.
 */
@Injectable()
export class ChatService {
  private readonly logger = new Logger(ChatService.name);

  constructor(
    private readonly model: LanguageModel,
    private readonly runbooks: RunbookSearch,
    private readonly conversations: ConversationStore,
    private readonly observer: ChatObserver,
  ) {}

  /**
   * Yields what happens, ending with one `finish` or `error`. Throws only the signal's reason, when it was aborted.
   * Whoever stops reading, or aborts, stops the model.
   */
  async *ask(question: Question, signal: AbortSignal): AsyncGenerator<ChatEvent, void, undefined> {
    const startedAt = performance.now();
    const conversationId = question.conversationId ?? randomUUID();
    yield { type: 'status', phase: 'searching', text: 'looking into the runbooks' };
    const history = question.history ?? (await this.remembered(question, conversationId));
    const matches = relevantRunbooks(this.runbooks, question, history);
    const draft = new Draft();
    try {
      yield* writeWithModel({ model: this.model, question, history, matches, draft, signal });
    } catch (thrown) {
      signal.throwIfAborted();
      if (!isModelFailure(thrown)) throw thrown;
      yield* answerWithoutModel({
        failure: thrown,
        question,
        matches,
        draft,
        runbooks: this.runbooks.count(),
      });
    }
    if (draft.failed) return;
    const answer = draft.finish({
      id: question.answerId ?? randomUUID(),
      model: this.model.name,
      conversationId,
      startedAt,
    });
    await this.remember(question, answer);
    this.observer.answered({ question, answer, earlierTurns: history.length });
    yield { type: 'finish', answer };
  }

  /** A store that fails costs the memory of the conversation, never the answer. */
  private async remembered(question: Question, conversationId: string): Promise<readonly Turn[]> {
    try {
      return await this.conversations.read(conversationId);
    } catch (thrown) {
      this.warn(`Answering without the conversation's history: ${sentenceOf(thrown)}`, question);
      return [];
    }
  }

  private async remember(question: Question, answer: Answer): Promise<void> {
    if (question.history !== undefined) return;
    try {
      await this.conversations.append(answer.conversationId, [
        { role: 'user', text: question.message },
        { role: 'assistant', text: answer.text },
      ]);
    } catch (thrown) {
      this.warn(`This turn of the conversation was not remembered: ${sentenceOf(thrown)}`, question);
    }
  }

  private warn(message: string, { requestId }: Question): void {
    this.logger.warn(message, { request_id: requestId });
  }
}
