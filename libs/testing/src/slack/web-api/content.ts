import { checkBlocks } from '../blocks/validate';
import { limits } from '../blocks/limits';
import { compact, type Json } from '../json';
import { ApiError } from './api-error';
import type { Arguments } from './arguments';

/** What a message is to say; fields not given are undefined. */
export interface Content {
  readonly text?: string;
  readonly markdownText?: string;
  readonly blocks?: readonly Json[];
  readonly attachments?: readonly Json[];
  readonly metadata?: Json;
  /** The text was longer than Slack keeps. */
  readonly truncated: boolean;
}

/** @throws ApiError when Slack would not take it. `textLimit`: more is msg_too_long. */
export function readContent(args: Arguments, textLimit?: number): Content {
  const text = args.optionalText('text');
  const markdownText = args.optionalText('markdown_text');
  const blocks = args.objects('blocks', 'invalid_blocks_format');
  const attachments = args.objects('attachments', 'invalid_attachments');
  checkMarkdownText(markdownText, text, blocks);
  if (textLimit !== undefined && (text?.length ?? 0) > textLimit) throw new ApiError('msg_too_long');
  if (!text && !markdownText && !blocks?.length && !attachments?.length) throw new ApiError('no_text');
  if ((attachments?.length ?? 0) > limits.attachments) throw new ApiError('too_many_attachments');
  if (blocks !== undefined) checkBlocks(blocks, 'message');
  return {
    ...compact({ text: text?.slice(0, limits.messageText), markdownText, blocks, attachments }),
    ...compact({ metadata: readMetadata(args) }),
    truncated: (text?.length ?? 0) > limits.messageText,
  };
}

function checkMarkdownText(
  markdownText: string | undefined,
  text: string | undefined,
  blocks: readonly Json[] | undefined,
): void {
  if (!markdownText) return;
  if (text !== undefined || blocks !== undefined) throw new ApiError('markdown_text_conflict');
  if (markdownText.length > limits.markdownText) throw new ApiError('msg_too_long');
}

/** docs.slack.dev, message metadata: an event_type and an event_payload. */
export function readMetadata(args: Arguments): Json | undefined {
  const metadata = args.object('metadata', 'invalid_metadata_format');
  if (metadata === undefined || Object.keys(metadata).length === 0) return undefined;
  const wellFormed =
    typeof metadata['event_type'] === 'string' && typeof metadata['event_payload'] === 'object';
  if (!wellFormed && metadata['entities'] === undefined) throw new ApiError('invalid_metadata_schema');
  if (JSON.stringify(metadata).length > limits.metadataBytes) throw new ApiError('metadata_too_large');
  return metadata;
}
