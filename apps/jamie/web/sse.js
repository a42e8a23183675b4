// @ts-check

/**
 * @typedef {object} ServerSentEvent
 * @property {string} event
 * @property {string} data
 */

/**
 * Reads server-sent events out of a response, https://html.spec.whatwg.org/multipage/server-sent-events.html
 * Leaving the iterator early closes the connection.
 * @param {ReadableStream<Uint8Array<ArrayBuffer>>} body
 * @returns {AsyncGenerator<ServerSentEvent, void, undefined>}
 */
export async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let unread = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      unread += value;
      const blocks = unread.split(/\r?\n\r?\n/);
      unread = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = parse(block);
        if (event !== undefined) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/**
 * Undefined for a block of comments, which only keeps the connection open.
 * @param {string} block
 * @returns {ServerSentEvent | undefined}
 */
function parse(block) {
  const fields = block.split(/\r?\n/).map((line) => /^(\w+): ?(.*)$/s.exec(line) ?? []);
  const data = fields.flatMap(([, name, value]) => (name === 'data' ? [value] : []));
  if (data.length === 0) return undefined;
  const event = fields.findLast(([, name]) => name === 'event')?.[2];
  return { event: event ?? 'message', data: data.join('\n') };
}
