import type { Answer, Source } from '@jamie/core';

/** Where one answer is shown while it is being made. */
export interface AnswerSurface {
  /** What is being done for the asker. Never throws. */
  status(text: string): void;
  /** The question is the first one of its conversation. Never throws. */
  begins(): void;
  /** What the answer rests on, known before its text. */
  sources(sources: readonly Source[]): void;
  /** More of the answer's Markdown. */
  write(text: string): void;
  /** Resolves when the whole answer has arrived. Throws when it cannot be delivered anywhere. */
  finish(answer: Answer): Promise<void>;
  /** Ends with this sentence instead of, or below, the answer. */
  fail(sentence: string): Promise<void>;
  /** Ends as it is: somebody pressed Stop, or took the question back. */
  stop(): Promise<void>;
}
