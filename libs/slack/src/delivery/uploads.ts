import { Inject, Injectable, Logger } from '@nestjs/common';
import { listOf, textOf } from '../fields';
import type { Attachment } from '../rendering/attachment';
import { type ActiveSlackOptions, SLACK_OPTIONS } from '../slack-options';
import { isAllowedAddress } from './allowed-address';
import { pagesOf } from './file-pages';
import type { Mark } from './message-content';
import type { Place } from './place';
import { Posting } from './posting';
import { SlackApi } from './slack-api';
import { SlackCallError } from './slack-call-error';

const timeoutMs = 20_000;
const tries = 4;

/** Puts files into threads. https://docs.slack.dev/messaging/working-with-files#upload */
@Injectable()
export class Uploads {
  private readonly logger = new Logger('Slack');

  constructor(
    private readonly api: SlackApi,
    private readonly posting: Posting,
    @Inject(SLACK_OPTIONS) private readonly options: ActiveSlackOptions,
  ) {}

  /** Where Slack does not take the file, its text is posted in messages, each with a mark of its own. */
  async shareOrPost(place: Place, file: Attachment, nextMark: () => Mark): Promise<void> {
    try {
      await this.share(place, file);
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError)) throw thrown;
      this.logger.warn(`A file could not be uploaded (${thrown.code}); its text is posted instead.`);
      for (const markdown of pagesOf(file)) await this.posting.post(place, { markdown, mark: nextMark() });
    }
  }

  /** Resolves once the file stands in its place. Throws SlackCallError when Slack does not take it. */
  private async share(place: Place, { name, content }: Attachment): Promise<void> {
    const bytes = Buffer.from(content === '' ? '\n' : content);
    const { uploadUrl, fileId } = await this.send(name, bytes);
    if (uploadUrl === '') throw new SlackCallError('files.getUploadURLExternal', 'no_upload_url', 'refused');
    await this.api.insist({
      method: 'files.completeUploadExternal',
      args: {
        files: [{ id: fileId, title: name }],
        channel_id: place.channel,
        ...(place.threadTs === undefined ? {} : { thread_ts: place.threadTs }),
      },
      look: () => this.isShared(place, fileId),
      read: () => true,
    });
  }

  private async send(filename: string, bytes: Buffer): Promise<{ uploadUrl: string; fileId: string }> {
    for (let attempt = 1; ; attempt += 1) {
      const ticket = await this.api.insist({
        method: 'files.getUploadURLExternal',
        args: { filename, length: bytes.length },
        read: (fields) => ({
          uploadUrl: textOf(fields, 'upload_url') ?? '',
          fileId: textOf(fields, 'file_id') ?? '',
        }),
      });
      if (ticket.uploadUrl === '' || (await this.put(ticket.uploadUrl, bytes))) return ticket;
      if (attempt === tries) throw new SlackCallError('upload', 'failed', 'refused');
    }
  }

  private async put(address: string, bytes: Buffer): Promise<boolean> {
    if (!isAllowedAddress(address, this.options.apiUrl)) return false;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const init = { method: 'POST', body: new Uint8Array(bytes), redirect: 'error', signal } as const;
      const response = await fetch(address, {
        ...init,
        headers: { 'content-type': 'application/octet-stream' },
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  private async isShared(place: Place, fileId: string): Promise<true | undefined> {
    const messages = await this.posting.ownMessages(place).catch(() => []);
    return messages.some((message) => listOf(message, 'files').some(({ id }) => id === fileId)) || undefined;
  }
}
