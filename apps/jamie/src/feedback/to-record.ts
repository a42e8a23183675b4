import { promptVersion } from '@jamie/chat';
import type { AnsweredQuestion, Feedback } from '@jamie/core';
import { version } from '../package-root';
import type { FeedbackRecord } from './feedback-record';

export function toRecord(
  { answerId, verdict, reason }: Feedback,
  { question, answer, earlierTurns }: AnsweredQuestion,
): FeedbackRecord {
  return {
    at: new Date().toISOString(),
    answer_id: answerId,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    surface: question.surface,
    question: question.message,
    earlier_turns: earlierTurns,
    answer: answer.text,
    answered_by: answer.answeredBy,
    degraded: answer.degraded,
    sources: answer.sources.map((entry) => ({ ...entry })),
    model: answer.model,
    prompt_version: promptVersion,
    version,
  };
}
