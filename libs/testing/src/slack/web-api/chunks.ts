import { checkBlocks } from '../blocks/validate';
import { limits } from '../blocks/limits';
import { objectsIn, textField, type Json } from '../json';
import type { Message, StreamRecord, Task } from '../world/model';
import { ApiError } from './api-error';
import type { Arguments } from './arguments';

/** What one call adds to a stream. */
export interface Addition {
  readonly mode?: 'markdown_text' | 'chunks';
  readonly chunks: readonly Json[];
}

/** @throws ApiError; docs.slack.dev, chat.appendStream: exactly one of markdown_text and chunks. */
export function readAddition(args: Arguments): Addition {
  const markdownText = args.optionalText('markdown_text');
  const chunks = args.objects('chunks', 'invalid_chunks');
  if (markdownText !== undefined && chunks !== undefined) {
    throw new ApiError('cannot_provide_both_markdown_text_and_chunks');
  }
  if (markdownText !== undefined) {
    checkLength(markdownText);
    return { mode: 'markdown_text', chunks: [{ type: 'markdown_text', text: markdownText }] };
  }
  for (const chunk of chunks ?? []) checkChunk(chunk);
  return chunks === undefined || chunks.length === 0 ? { chunks: [] } : { mode: 'chunks', chunks };
}

function checkLength(text: string): void {
  if (text.length > limits.markdownText) throw new ApiError('msg_too_long');
}

const taskStates = ['pending', 'in_progress', 'complete', 'error'];

function checkChunk(chunk: Json): void {
  switch (chunk['type']) {
    case 'markdown_text':
      if (typeof chunk['text'] !== 'string') throw new ApiError('invalid_chunks');
      return checkLength(chunk['text']);
    case 'task_update':
      return checkTask(chunk);
    case 'plan_update':
      if (!textField(chunk, 'title')) throw new ApiError('invalid_chunks');
      return checkTaskField(chunk['title']);
    case 'blocks':
      return checkChunkBlocks(chunk);
    default:
      throw new ApiError('invalid_chunks');
  }
}

function checkTask(chunk: Json): void {
  if (!textField(chunk, 'id') || !textField(chunk, 'title')) throw new ApiError('invalid_chunks');
  if (!taskStates.includes(textField(chunk, 'status') ?? 'pending')) throw new ApiError('invalid_chunks');
  for (const name of ['title', 'details', 'output']) checkTaskField(chunk[name]);
}

function checkTaskField(value: unknown): void {
  if (typeof value === 'string' && value.length > limits.taskField) throw new ApiError('invalid_chunks');
}

function checkChunkBlocks(chunk: Json): void {
  const blocks = objectsIn(chunk['blocks']);
  // A file block in a stream is Slack's own internal_error, not a refusal.
  if (blocks.some(({ type }) => type === 'file')) throw new ApiError('internal_error');
  checkBlocks(blocks, 'message');
}

/** @throws ApiError when the stream would hold too much or changes its mode. */
export function checkFits(stream: StreamRecord, addition: Addition): void {
  if (addition.mode !== undefined && stream.mode !== undefined && addition.mode !== stream.mode) {
    throw new ApiError('streaming_mode_mismatch');
  }
  if (stream.chunkBlocks + blocksIn(addition).length > limits.blocksInMessage) {
    throw new ApiError('msg_blocks_too_many');
  }
}

export function addTo(
  message: Pick<Message, 'text' | 'blocks'>,
  stream: StreamRecord,
  addition: Addition,
): void {
  if (addition.mode !== undefined) stream.mode = addition.mode;
  stream.touchedAtMs = Date.now();
  if (addition.chunks.length > 0) stream.appendedAtMs.push(stream.touchedAtMs);
  for (const chunk of addition.chunks) {
    if (chunk['type'] === 'markdown_text') message.text += textField(chunk, 'text') ?? '';
    if (chunk['type'] === 'task_update') updateTask(stream, chunk);
    if (chunk['type'] === 'plan_update') stream.planTitle = textField(chunk, 'title') ?? '';
  }
  const blocks = blocksIn(addition);
  stream.chunkBlocks += blocks.length;
  message.blocks = [...message.blocks, ...blocks];
}

// docs.slack.dev, streaming: the same id replaces title and status, appends details, sets the output once.
function updateTask(stream: StreamRecord, chunk: Json): void {
  const id = textField(chunk, 'id') ?? '';
  const task: Task = stream.tasks.get(id) ?? {
    id,
    title: '',
    status: '',
    details: '',
    output: '',
    sources: [],
  };
  task.title = textField(chunk, 'title') ?? task.title;
  task.status = textField(chunk, 'status') ?? task.status;
  task.details += textField(chunk, 'details') ?? '';
  if (task.output === '') task.output = textField(chunk, 'output') ?? '';
  if (chunk['sources'] !== undefined) task.sources = objectsIn(chunk['sources']);
  stream.tasks.set(id, task);
}

function blocksIn(addition: Addition): Json[] {
  return addition.chunks.flatMap((chunk) => objectsIn(chunk['blocks']));
}
