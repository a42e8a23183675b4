import type { Board } from '../board';
import { checkBlocks } from '../blocks/validate';
import { limits } from '../blocks/limits';
import type { Journal } from '../journal';
import { brief, isJson, objectsIn, parseJson, textField, type Json } from '../json';
import type { Timing } from '../options';
import type { RateLimits } from '../rate-limits';
import { ApiError } from '../web-api/api-error';
import type { Message } from '../world/model';

export interface ResponseUrlSource {
  readonly kind: 'commands' | 'actions';
  readonly userId: string;
  readonly channelId: string;
  readonly threadTs?: string;
  /** The message whose button was pressed. */
  readonly original?: Message;
}

interface Issued extends ResponseUrlSource {
  readonly id: string;
  readonly issuedAtMs: number;
  uses: number;
  /** The last message made through it, which replace_original replaces. */
  latest?: Message;
}

export interface ResponseUrlAnswer {
  readonly status: number;
  readonly body: string;
  readonly retryAfterSeconds?: number;
}

const uses = 5;
const known = new Set([
  'text',
  'blocks',
  'attachments',
  'response_type',
  'replace_original',
  'delete_original',
  'thread_ts',
  'mrkdwn',
  'unfurl_links',
  'unfurl_media',
  'metadata',
  'parse',
  'link_names',
]);

interface Means {
  readonly board: Board;
  readonly journal: Journal;
  readonly timing: Timing;
  readonly rateLimits: RateLimits;
}

/** docs.slack.dev, handling user interaction: five messages within thirty minutes through each address. */
export class ResponseUrls {
  readonly #issued = new Map<string, Issued>();

  constructor(private readonly means: Means) {}

  /** The address's path; its last part is the id that answers are known by. */
  issue(source: ResponseUrlSource): { readonly id: string; readonly path: string } {
    const id = this.means.board.world.random.id('', 24).toLowerCase();
    this.#issued.set(id, { ...source, id, issuedAtMs: Date.now(), uses: 0 });
    return { id, path: `/${source.kind}/T1/${this.#issued.size}/${id}` };
  }

  /** A body posted to one of the addresses. */
  answer(id: string, body: string): ResponseUrlAnswer {
    this.means.journal.note('response-url', `${id} ${brief(body)}`);
    const answer = this.#answer(id, body);
    if (answer.status !== 200) {
      this.means.journal.violation('response-url.refused', `${id}: ${answer.status} ${answer.body}`);
    }
    return answer;
  }

  /** What a command's acknowledgement said, shown to the person who typed it. */
  acknowledged(id: string, response: unknown): void {
    const issued = this.#issued.get(id);
    const content = typeof response === 'string' ? { text: response } : response;
    if (issued === undefined || !isJson(content)) return;
    if (textField(content, 'text') || objectsIn(content['blocks']).length > 0)
      this.#show(issued, content, 'ack');
  }

  #answer(id: string, body: string): ResponseUrlAnswer {
    const issued = this.#issued.get(id);
    if (issued === undefined) return refusal(404, 'no_service');
    const content = parseJson(body);
    if (!isJson(content)) return refusal(400, 'invalid_payload');
    // The words used_url and expired_url are seen in the wild, not documented.
    if (Date.now() > issued.issuedAtMs + this.means.timing.responseUrlLifeMs)
      return refusal(404, 'expired_url');
    if (issued.uses >= uses) return refusal(404, 'used_url');
    const busy = this.means.rateLimits.take([
      { key: `response_url:${id}`, perMinute: 60, perSecondBurst: 3 },
    ]);
    if (busy !== undefined) return { ...refusal(429, 'ratelimited'), ...busy };
    return this.#use(issued, content);
  }

  #use(issued: Issued, content: Json): ResponseUrlAnswer {
    for (const name of Object.keys(content)) {
      if (!known.has(name)) this.means.journal.violation('api.unknown-argument', `response_url: ${name}`);
    }
    try {
      this.#apply(issued, content);
    } catch (error) {
      if (error instanceof ApiError) return refusal(400, error.code);
      throw error;
    }
    issued.uses += 1;
    return { status: 200, body: 'ok' };
  }

  #apply(issued: Issued, content: Json): void {
    const target = issued.latest ?? issued.original;
    if (content['delete_original'] === true) {
      if (target !== undefined) void this.means.board.remove(target);
      return;
    }
    // vercel/chat issue 440: markdown_text alone is refused.
    const blocks = objectsIn(content['blocks']);
    const attachments = objectsIn(content['attachments']);
    const text = textField(content, 'text') ?? '';
    if (text === '' && blocks.length === 0 && attachments.length === 0) throw new ApiError('no_text');
    checkBlocks(blocks, 'message');
    if (content['replace_original'] === true && target !== undefined && !target.deleted) {
      void this.means.board.update(target, (message) => {
        Object.assign(message, { text: text.slice(0, limits.messageText), blocks, attachments });
      });
      return;
    }
    this.#show(issued, content, 'response_url');
  }

  #show(issued: Issued, content: Json, via: string): void {
    const threadTs = textField(content, 'thread_ts') ?? issued.threadTs;
    const text = textField(content, 'text') ?? '';
    if (text.length > limits.messageText)
      this.means.journal.violation('size.truncated', `response_url ${issued.id}`);
    issued.latest = this.means.board.post({
      channelId: issued.channelId,
      via,
      own: true,
      userId: 'U0JAMIE',
      botId: 'B0JAMIE',
      appId: 'A0JAMIE',
      text: text.slice(0, limits.messageText),
      blocks: objectsIn(content['blocks']),
      attachments: objectsIn(content['attachments']),
      responseUrlId: issued.id,
      ...(threadTs === undefined ? {} : { threadTs }),
      ...(content['response_type'] === 'in_channel' ? {} : { visibleTo: issued.userId }),
    }).message;
  }
}

function refusal(status: number, error: string): ResponseUrlAnswer {
  return { status, body: JSON.stringify({ ok: false, error }) };
}
