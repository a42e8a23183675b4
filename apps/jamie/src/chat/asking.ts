import { Injectable } from '@nestjs/common';
import { ChatService } from '@jamie/chat';
import type { Question } from '@jamie/core';
import type { Response } from 'express';
import { Lifecycle, ShuttingDownError } from '../lifecycle/lifecycle';
import type { AnswerFormat } from './answer-format';
import { renderStream, renderWhole } from './render';

export interface AskRequest {
  readonly question: Question;
  readonly stream: boolean;
  readonly format: AnswerFormat;
}

/** Has a question answered into an HTTP response, in whatever format. A client that goes away stops the model. */
@Injectable()
export class Asking {
  constructor(
    private readonly chat: ChatService,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** Throws what the ask failed with, unless the response has begun or nobody is left to read it. */
  async answer({ question, stream, format }: AskRequest, response: Response): Promise<void> {
    if (this.lifecycle.state === 'draining') throw new ShuttingDownError();
    const stop = new AbortController();
    const running = this.lifecycle.begin(stop);
    response.once('close', () => {
      if (!response.writableFinished) stop.abort(new Error('the client left'));
      running.ended();
    });
    const render = stream ? renderStream : renderWhole;
    try {
      const ask = { events: this.chat.ask(question, stop.signal), signal: stop.signal };
      await render(ask, response, format);
    } catch (thrown) {
      if (!response.destroyed) throw thrown;
    }
  }
}
