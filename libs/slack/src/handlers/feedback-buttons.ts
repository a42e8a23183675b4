import { Injectable, Logger } from '@nestjs/common';
import { FeedbackBook, SlackObserver } from '@jamie/core';
import { type Json, listOf, textOf } from '../fields';
import { readFeedback } from '../rendering/feedback';

/** The buttons below answers. */
@Injectable()
export class FeedbackButtons {
  private readonly logger = new Logger('Slack');

  constructor(
    private readonly observer: SlackObserver,
    private readonly book: FeedbackBook,
  ) {}

  async pressed(body: Json): Promise<void> {
    const [action] = listOf(body, 'actions');
    const given = readFeedback(textOf(action, 'value') ?? '');
    if (given === undefined) return;
    this.observer.feedback(given.verdict);
    const kept = await this.book.take('slack', given);
    this.logger.log(
      `Feedback on answer ${given.answerId}: ${given.verdict}, ${kept ? 'kept' : 'only counted'}`,
    );
  }
}
