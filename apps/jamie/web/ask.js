// @ts-check
import { ApiError, send } from './api.js';
import { readEvents } from './sse.js';

/** @typedef {import('./conversation.js').Turn} Turn */

/**
 * @typedef {object} Listener Is told what happens to a question.
 * @property {(words: string) => void} status
 * @property {() => void} changed The turn has grown.
 */

/**
 * Asks, and fills the turn while the answer comes. Resolves when it is whole; rejects with an ApiError, or with the
 * signal's reason.
 * @param {string} conversationId
 * @param {Turn} turn
 * @param {Listener} listener
 * @param {AbortSignal} signal
 */
export async function ask(conversationId, turn, listener, signal) {
  const response = await send('/chat', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      message: turn.question,
      conversation_id: conversationId,
      ...(turn.context && { context: turn.context }),
    }),
    signal,
  });
  try {
    for await (const { event, data } of readEvents(response.body ?? new ReadableStream())) {
      take(event, JSON.parse(data), turn, listener);
      if (turn.answer !== undefined) return;
    }
  } catch (thrown) {
    if (signal.aborted || thrown instanceof ApiError) throw thrown;
  }
  throw new ApiError('The connection to Jamie was lost before the answer was complete.', { status: 0 });
}

/**
 * @param {string} event
 * @param {any} data what the server's OpenAPI document says
 * @param {Turn} turn
 * @param {Listener} listener
 */
function take(event, data, turn, listener) {
  switch (event) {
    case 'status':
      listener.status(data.text);
      return;
    case 'text-delta':
      turn.text += data.text;
      break;
    case 'sources':
      turn.sources = data.sources;
      break;
    case 'finish':
      Object.assign(turn, { answer: data, text: data.response, sources: data.sources });
      break;
    case 'error':
      throw new ApiError(data.message, { status: data.statusCode, requestId: data.request_id });
    default:
      return;
  }
  listener.changed();
}
