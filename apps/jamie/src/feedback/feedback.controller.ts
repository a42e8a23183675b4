import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { FeedbackBook } from '@jamie/core';
import { answerIdOf } from '../openai/completion-id';
import { type FeedbackResponse, parseFeedbackRequest } from './feedback-request';

/** `POST /feedback`: thumbs up or down for an answer. */
@Controller('feedback')
export class FeedbackController {
  constructor(private readonly book: FeedbackBook) {}

  @Post()
  @HttpCode(200)
  async take(@Body() body: unknown): Promise<FeedbackResponse> {
    const { answer_id, verdict, reason } = parseFeedbackRequest(body);
    const stored = await this.book.take('rest', {
      answerId: answerIdOf(answer_id),
      verdict,
      ...(reason === undefined || reason === '' ? {} : { reason }),
    });
    return { answer_id, verdict, stored };
  }
}
