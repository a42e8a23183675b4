import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import { SlackObserver } from '@jamie/core';
import type { Ask } from '../asks/ask';
import { MessageTools } from '../delivery/message-tools';
import { ResponseUrl } from '../delivery/response-url';
import { refusalSentence } from '../words';
import { NotForJamie, RefusedAsk } from './refusals';

/** Tells whoever is not answered so, in private. Everything else goes on to Bolt, and the delivery may come again. */
@Catch()
@Injectable()
export class RefusalFilter implements ExceptionFilter {
  constructor(
    private readonly observer: SlackObserver,
    private readonly tools: MessageTools,
  ) {}

  async catch(thrown: unknown, _host: ArgumentsHost): Promise<void> {
    if (thrown instanceof NotForJamie) return;
    if (!(thrown instanceof RefusedAsk)) throw thrown;
    this.observer.refused(thrown.reason);
    const sentence = refusalSentence(thrown.reason);
    if (thrown.ask !== undefined && sentence !== undefined) await this.tell(thrown.ask, sentence);
  }

  private async tell(ask: Ask, sentence: string): Promise<void> {
    const { api, posting, apiUrl } = this.tools;
    const { channelId: channel, threadTs, userId: user } = ask;
    const threaded = threadTs === undefined ? {} : { threadTs };
    try {
      if (ask.responseUrl !== undefined) {
        const message = { response_type: 'ephemeral', replace_original: true, text: sentence };
        await new ResponseUrl(ask.responseUrl, apiUrl).show(message, true);
      } else if (ask.direct) {
        await posting.post(
          { channel, ...threaded },
          { markdown: sentence, mark: { askId: ask.id, part: 1, last: true } },
        );
      } else {
        const args = { channel, user, text: sentence, ...(ask.inThread ? { thread_ts: threadTs } : {}) };
        // Said once at most: nobody can look whether it was seen.
        await api.insist({
          method: 'chat.postEphemeral',
          args,
          read: () => true,
          look: () => Promise.resolve(true),
        });
      }
    } catch {
      // It was counted; whoever cannot be told is not told.
    }
  }
}
