import { Injectable, Logger } from '@nestjs/common';
import { ChatService } from '@jamie/chat';
import { type Answer, type ChatEvent, type Claim, RunningAsks, sentenceOf } from '@jamie/core';
import type { AnswerSurface } from '../delivery/answer-surface';
import { CommandAnswer } from '../delivery/command-answer';
import { StoppedByPerson } from '../delivery/live-message';
import { MessageTools } from '../delivery/message-tools';
import { ThreadAnswer } from '../delivery/thread-answer';
import { emptyShortcut, help, restarting, unexpectedFailure } from '../words';
import type { Ask } from './ask';
import { Conversation } from './conversation';
import { HandedOver, holding } from './held-claim';
import { questionFrom } from './question';
import { QuestionWithdrawn, Threads } from './threads';

/** `error`: the asker got only an apology. `handed-over`: another replica has it, or may have it. */
export type AskOutcome = 'success' | 'error' | 'handed-over';

interface Work {
  readonly ask: Ask;
  readonly claim: Claim;
  readonly surface: AnswerSurface;
  readonly controller: AbortController;
}

/** What the desk works with beside the question itself. */
@Injectable()
export class DeskTools {
  constructor(
    readonly threads: Threads,
    readonly tools: MessageTools,
  ) {}
}

/** Has one ask answered, from the first sign of life to the last message. */
@Injectable()
export class AskDesk {
  private readonly logger = new Logger('Slack');

  constructor(
    private readonly chat: ChatService,
    private readonly runningAsks: RunningAsks,
    private readonly conversation: Conversation,
    private readonly desk: DeskTools,
  ) {}

  /** Never throws: what goes wrong is told to the asker, and to the log. */
  async answer(ask: Ask, claim: Claim): Promise<AskOutcome> {
    const controller = new AbortController();
    const running = this.runningAsks.begin(controller);
    try {
      return await holding({ claim, controller }, () => this.whole(ask, claim, controller));
    } catch (thrown) {
      if (thrown instanceof HandedOver) {
        this.logger.log(`No longer answering ${ask.id}: ${thrown.message}`);
        return 'handed-over';
      }
      this.logger.error(`The answer to ${ask.id} could not be delivered: ${sentenceOf(thrown)}`);
      return 'error';
    } finally {
      running.ended();
    }
  }

  private async whole(ask: Ask, claim: Claim, controller: AbortController): Promise<AskOutcome> {
    if (ask.text === '') return this.explain(ask);
    const surface = this.surfaceFor(ask, controller);
    const work = { ask, claim, surface, controller };
    const waiting = () => surface.status('answering the question before yours');
    return this.desk.threads.inTurn(work, () => this.work(work), waiting);
  }

  private surfaceFor(ask: Ask, controller: AbortController): AnswerSurface {
    const { tools } = this.desk;
    if (ask.responseUrl !== undefined) return new CommandAnswer(tools, ask);
    return new ThreadAnswer(tools, ask, () => controller.abort(new StoppedByPerson()));
  }

  /** Two lines of help. A command has had them with its acknowledgement. */
  private async explain(ask: Ask): Promise<AskOutcome> {
    if (ask.kind === 'command') return 'success';
    const place = {
      channel: ask.channelId,
      ...(ask.threadTs === undefined ? {} : { threadTs: ask.threadTs }),
    };
    const markdown = ask.kind === 'shortcut' ? emptyShortcut : help;
    const mark = { askId: ask.id, part: 1, last: true };
    await this.desk.tools.posting.post(place, { markdown, mark });
    return 'success';
  }

  private async work({ ask, surface, controller }: Omit<Work, 'claim'>): Promise<AskOutcome> {
    const { signal } = controller;
    try {
      signal.throwIfAborted();
      const memory = await this.conversation.before(ask);
      if (!memory.turns.some(({ role }) => role === 'user')) surface.begins();
      for await (const event of this.chat.ask(questionFrom(ask, memory), signal)) {
        if (event.type === 'finish') return await this.finish(ask, surface, event.answer);
        if (event.type === 'error') return await this.apologise(ask, surface, event.error.message);
        pass(event, surface);
      }
      return await this.apologise(ask, surface, unexpectedFailure(ask.id));
    } catch (thrown) {
      return this.ended(thrown, { ask, surface, controller });
    }
  }

  private async finish(ask: Ask, surface: AnswerSurface, answer: Answer): Promise<AskOutcome> {
    await surface.finish(answer);
    const seconds = answer.processingSeconds.toFixed(1);
    this.logger.log(
      `Answered ${ask.kind} ${ask.id} by ${answer.answeredBy} in ${seconds} s, answer ${answer.id}`,
    );
    return 'success';
  }

  private async apologise(ask: Ask, surface: AnswerSurface, sentence: string): Promise<AskOutcome> {
    await surface.fail(sentence);
    this.logger.log(`Apologised for ${ask.kind} ${ask.id}`);
    return 'error';
  }

  private async ended(
    thrown: unknown,
    { ask, surface, controller }: Omit<Work, 'claim'>,
  ): Promise<AskOutcome> {
    const { signal } = controller;
    if (signal.reason instanceof HandedOver) throw signal.reason;
    if (!signal.aborted) {
      this.logger.error(`Answering ${ask.id} failed: ${sentenceOf(thrown)}`);
      return this.apologise(ask, surface, unexpectedFailure(ask.id));
    }
    const reason: unknown = signal.reason;
    const byPerson = reason instanceof StoppedByPerson || reason instanceof QuestionWithdrawn;
    if (!byPerson) return this.apologise(ask, surface, restarting);
    await surface.stop();
    this.logger.log(`Stopped answering ${ask.kind} ${ask.id}: ${reason.message}`);
    return 'success';
  }
}

function pass(event: Exclude<ChatEvent, { type: 'finish' | 'error' }>, surface: AnswerSurface): void {
  if (event.type === 'status') surface.status(event.text);
  else if (event.type === 'sources') surface.sources(event.sources);
  else surface.write(event.text);
}
