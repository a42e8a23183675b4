import { type AnsweredQuestion, ChatObserver } from '@jamie/core';
import { LRUCache } from 'lru-cache';

const limits = { maxAnswers: 1000, maxCharacters: 8_000_000, maxCharactersOfOne: 200_000, ttlHours: 24 };
const msPerHour = 3_600_000;

/** The answers of late that feedback can refer to. Gone with the process, and not shared with other replicas. */
export class AnswerMemory extends ChatObserver {
  private readonly answers = new LRUCache<string, AnsweredQuestion>({
    max: limits.maxAnswers,
    maxSize: limits.maxCharacters,
    maxEntrySize: limits.maxCharactersOfOne,
    sizeCalculation: ({ question, answer }) => 1 + question.message.length + answer.text.length,
    ttl: limits.ttlHours * msPerHour,
  });

  /** What feedback is not kept with (context and history) is forgotten at once. */
  answered({ question: { message, surface }, answer, earlierTurns }: AnsweredQuestion): void {
    this.answers.set(answer.id, { question: { message, surface }, answer, earlierTurns });
  }

  /** Undefined for an answer that was never given, or long ago. */
  find(answerId: string): AnsweredQuestion | undefined {
    return this.answers.get(answerId);
  }
}
