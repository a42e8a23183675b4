import type { Answer, Source } from '@jamie/core';
import type { Ask } from '../asks/ask';
import { readable } from '../rendering/attachment';
import { feedbackBlocks } from '../rendering/feedback';
import { type Piece, messageSizes, nextPiece, withClosedFence } from '../rendering/layout';
import { sourcesList } from '../rendering/sources-list';
import { restFollows, stopped } from '../words';
import type { AnswerSurface } from './answer-surface';
import { Bell } from './bell';
import { Draft } from './draft';
import { headOf } from './ended-head';
import { StoppedByPerson } from './live-message';
import type { MessageTools } from './message-tools';
import { PartWriter } from './part-writer';
import { Progress } from './progress';
import { wait } from './wait';

type Ending = { readonly answer: Answer } | { readonly sentence: string } | { readonly stop: true };

const maxMessages = 3;
const stepMs = 1050;
const heartbeatMs = 20_000;

/** An answer in a thread, shown while it is being written. */
export class ThreadAnswer implements AnswerSurface {
  private readonly draft: Draft;
  private readonly writer: PartWriter;
  private readonly progress: Progress;
  private readonly bell = new Bell();
  private readonly ended = new AbortController();
  private readonly work: Promise<void>;
  private entitled: Promise<void> = Promise.resolve();
  private ending: Ending | undefined;
  /** How much of the Markdown stands in messages that are complete. */
  private base = 0;
  private full = 0;
  private attached = 0;

  /** `onStop` is called when somebody presses Stop on the message itself. */
  constructor(
    tools: MessageTools,
    ask: Ask,
    private readonly onStop: () => void,
  ) {
    const place = {
      channel: ask.channelId,
      ...(ask.threadTs === undefined ? {} : { threadTs: ask.threadTs }),
    };
    this.draft = new Draft(tools.links);
    this.writer = new PartWriter(tools, ask, place);
    this.progress = new Progress(tools, ask, this.writer);
    this.work = this.run();
    // Whoever ends the answer hears of it.
    this.work.catch(() => undefined);
  }

  status(text: string): void {
    this.progress.doing(text);
    this.bell.ring();
  }

  begins(): void {
    // What goes wrong here went wrong with the first sign of life as well.
    this.entitled = this.progress.entitle().catch(() => undefined);
  }

  sources(sources: readonly Source[]): void {
    this.draft.restOn(sources);
  }

  write(text: string): void {
    this.draft.write(text);
    this.bell.ring();
  }

  finish(answer: Answer): Promise<void> {
    return this.end({ answer });
  }

  fail(sentence: string): Promise<void> {
    return this.end({ sentence });
  }

  stop(): Promise<void> {
    return this.end({ stop: true });
  }

  private end(ending: Ending): Promise<void> {
    this.ending ??= ending;
    this.draft.complete = true;
    this.bell.ring();
    this.ended.abort();
    return this.work;
  }

  private async run(): Promise<void> {
    try {
      await this.progress.begin();
      for (;;) {
        const next = await this.progress.during(this.step());
        if (next === 'done') return;
        if (next === 'wait') await this.pause();
      }
    } catch (thrown) {
      if (!(thrown instanceof StoppedByPerson)) throw thrown;
      this.onStop();
    } finally {
      await this.entitled;
      await this.progress.end();
    }
  }

  private async step(): Promise<'again' | 'wait' | 'done'> {
    const { ending } = this;
    const rest = this.draft.markdown().slice(this.base);
    const piece = nextPiece(rest, {
      sizes: messageSizes,
      attached: this.attached,
      final: ending !== undefined,
    });
    if (ending !== undefined && 'stop' in ending) {
      await this.writer.leave(withClosedFence(piece.text) || stopped);
      return 'done';
    }
    const { endedWith } = this.writer;
    if (endedWith !== undefined && rest.length > endedWith.length) {
      await this.continueBelow(headOf(rest, endedWith));
      return 'again';
    }
    if (piece.complete && this.full < maxMessages - 1) {
      await this.completeMessage(piece);
      return 'again';
    }
    if (ending !== undefined) {
      await this.close(piece, rest, ending);
      return 'done';
    }
    await this.progress.show(piece.text);
    return 'wait';
  }

  private async completeMessage(piece: Piece): Promise<void> {
    await this.sealing(() => this.writer.seal(piece.text));
    await this.writer.attach(piece.attachments);
    this.attached += piece.attachments.length;
    this.base += piece.consumed;
    this.full += 1;
  }

  /** Slack ended the message early: what it shows is brought into shape, and the rest goes into a new one. */
  private async continueBelow(head: { readonly shown: string; readonly consumed: number }): Promise<void> {
    await this.writer.seal(head.shown);
    this.base += head.consumed;
  }

  private async close(piece: Piece, rest: string, ending: Exclude<Ending, { stop: true }>): Promise<void> {
    const tail = piece.complete ? rest.slice(piece.consumed) : '';
    const below = 'answer' in ending ? this.sourcesBelow() : ending.sentence;
    const parts = [withClosedFence(piece.text).trimEnd(), tail === '' ? '' : restFollows, below];
    const markdown = parts.filter((part) => part !== '').join('\n\n');
    const feedback =
      'answer' in ending ? { extras: feedbackBlocks(ending.answer.id), answerId: ending.answer.id } : {};
    await this.sealing(() => this.writer.sealLast(markdown, feedback));
    const tails = tail === '' ? [] : [{ name: 'answer-continued.md', content: readable(tail) }];
    await this.writer.attach([...piece.attachments, ...tails]);
  }

  /** A new message takes the status away; one that was there already does not. */
  private async sealing(seal: () => Promise<void>): Promise<void> {
    const posts = !this.writer.visible;
    await seal();
    if (posts) this.progress.posted();
  }

  private sourcesBelow(): string {
    return sourcesList(this.draft.sources, this.draft.markdown(), this.draft.policy);
  }

  /** Until there is news, but no longer than a heartbeat, and never shorter than a step. */
  private async pause(): Promise<void> {
    const startedAtMs = performance.now();
    await sleepUnless(this.bell.heard(), heartbeatMs);
    const leftMs = startedAtMs + stepMs - performance.now();
    if (leftMs > 0) await wait(leftMs, this.ended.signal).catch(() => undefined);
  }
}

async function sleepUnless(event: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const sleep = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds).unref();
  });
  await Promise.race([event, sleep]);
  clearTimeout(timer);
}
