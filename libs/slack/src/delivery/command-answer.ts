import type { Answer, Source } from '@jamie/core';
import type { Ask } from '../asks/ask';
import { type Attachment, readable } from '../rendering/attachment';
import { feedbackBlocks } from '../rendering/feedback';
import { messageSizes, nextPiece, withClosedFence } from '../rendering/layout';
import { sourcesList } from '../rendering/sources-list';
import { answerInFile, commandFailed, restInDirectMessage } from '../words';
import type { AnswerSurface } from './answer-surface';
import { Draft } from './draft';
import { plainText } from './message-content';
import type { MessageTools } from './message-tools';
import { ResponseUrl } from './response-url';

/** Of the five messages that Slack allows, two may tell of progress. */
const progressAfterMs = [15_000, 60_000];
const maxMessages = 3;

/** An answer to a command, visible to the asker alone. The acknowledgement was the first sign of life. */
export class CommandAnswer implements AnswerSurface {
  private readonly draft: Draft;
  private readonly url: ResponseUrl;
  private readonly timers: readonly NodeJS.Timeout[];
  private doing = 'looking into it';
  private inProgress: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly tools: MessageTools,
    private readonly ask: Ask,
  ) {
    this.draft = new Draft(tools.links);
    this.url = new ResponseUrl(ask.responseUrl ?? '', tools.apiUrl);
    this.timers = progressAfterMs.map((afterMs) => setTimeout(() => this.tell(), afterMs).unref());
  }

  status(text: string): void {
    this.doing = text;
  }

  begins(): void {
    // A command has no conversation.
  }

  sources(sources: readonly Source[]): void {
    this.draft.restOn(sources);
  }

  write(text: string): void {
    this.draft.write(text);
  }

  async finish(answer: Answer): Promise<void> {
    this.draft.complete = true;
    const below = sourcesList(this.draft.sources, this.draft.markdown(), this.draft.policy);
    await this.deliver(below, feedbackBlocks(answer.id));
  }

  async fail(sentence: string): Promise<void> {
    this.draft.complete = true;
    await this.deliver(sentence, []);
  }

  async stop(): Promise<void> {
    await this.fail(commandFailed);
  }

  private tell(): void {
    const message = { ...ephemeral, text: `_${this.doing}…_`, replace_original: true };
    this.inProgress = this.url.show(message, true);
    // Whoever delivers the answer hears of it.
    this.inProgress.catch(() => undefined);
  }

  private async deliver(below: string, extras: readonly object[]): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer);
    await this.inProgress;
    const { texts, files } = this.laidOut(below);
    let uncertain = false;
    for (const [at, text] of texts.entries()) {
      const last = at === texts.length - 1;
      const outcome = await this.show(text, { first: at === 0, extras: last ? extras : [] });
      if (outcome === 'refused') return this.deliverDirectly(texts.slice(at), files);
      uncertain ||= outcome === 'unknown';
    }
    // A message that may have been lost is not repeated here, where nobody can look: the whole goes where one can.
    const whole = { name: 'answer.md', content: readable(this.draft.markdown()) };
    if (uncertain) await this.deliverDirectly([answerInFile], [whole]);
    else if (files.length > 0) await this.deliverDirectly([restInDirectMessage], files);
  }

  private laidOut(below: string): { readonly texts: string[]; readonly files: readonly Attachment[] } {
    const texts: string[] = [];
    const files: Attachment[] = [];
    let rest = this.draft.markdown();
    while (rest !== '' && texts.length < maxMessages) {
      const piece = nextPiece(rest, { sizes: messageSizes, attached: files.length, final: true });
      texts.push(withClosedFence(piece.text));
      files.push(...piece.attachments);
      rest = rest.slice(piece.consumed);
    }
    if (rest !== '') files.push({ name: 'answer-continued.md', content: readable(rest) });
    const note = files.length === 0 ? '' : restInDirectMessage;
    const last = [texts.pop() ?? '', note, below].filter((part) => part !== '').join('\n\n');
    return { texts: [...texts, last], files };
  }

  /** The first message takes the acknowledgement's place, so that repeating it does no harm. */
  private show(markdown: string, { first, extras }: { first: boolean; extras: readonly object[] }) {
    const blocks = [
      { type: 'markdown', text: markdown },
      ...(this.tools.features.has('feedback') ? extras : []),
    ];
    const message = { ...ephemeral, text: plainText(markdown), blocks };
    return this.url.show(first ? { ...message, replace_original: true } : message, first);
  }

  private async deliverDirectly(texts: readonly string[], files: readonly Attachment[]): Promise<void> {
    const { posting, uploads } = this.tools;
    const place = { channel: await posting.directMessages(this.ask.userId) };
    let part = 0;
    const nextMark = () => ({ askId: this.ask.id, part: (part += 1) });
    for (const markdown of texts) await posting.post(place, { markdown, mark: nextMark() });
    for (const file of files) await uploads.shareOrPost(place, file, nextMark);
  }
}

const ephemeral = { response_type: 'ephemeral' } as const;
