import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChatEvent } from '@jamie/core';
import express from 'express';
import * as fc from 'fast-check';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import { Stream } from 'openai/streaming';
import { readServerSentEvents } from '../cli/ask/event-reader';
import { CompletionFormat } from '../openai/completion-format';
import type { AnswerFormat } from './answer-format';
import { ChatFormat } from './chat-format';
import { renderStream } from './render';

interface NamedEvent {
  readonly event: string;
  readonly data: string;
}
type Reader = (body: ReadableStream<Uint8Array>) => AsyncIterable<NamedEvent>;

// The page's own script, as browsers get it: JavaScript.
const page = jest.requireActual<{ readonly readEvents: Reader }>('../../web/sse.js');
const readers: Readonly<Record<string, Reader>> = {
  'the page': page.readEvents,
  'the command line': readServerSentEvents,
};

let server: Server;
let happening: readonly ChatEvent[] = [];
let formatOf: () => AnswerFormat;

beforeAll(async () => {
  const app = express();
  app.get('/', async (_request, response) => {
    async function* events(): AsyncGenerator<ChatEvent> {
      yield* happening;
    }
    await renderStream({ events: events(), signal: new AbortController().signal }, response, formatOf());
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** What the real writer makes of these events. */
async function written(events: readonly ChatEvent[], format: () => AnswerFormat): Promise<Uint8Array> {
  happening = events;
  formatOf = format;
  const { port }: AddressInfo = JSON.parse(JSON.stringify(server.address()));
  return new Uint8Array(await (await fetch(`http://127.0.0.1:${port}`)).arrayBuffer());
}

/** The bytes in pieces of the given sizes, over and over. */
function inPieces(bytes: Uint8Array, sizes: readonly number[]): ReadableStream<Uint8Array> {
  let [at, piece] = [0, 0];
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.subarray(at, (at += sizes[piece++ % sizes.length] ?? 1)));
    },
  });
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const answer = {
  id: 'a',
  answeredBy: 'model',
  degraded: false,
  sources: [],
  model: 'm',
  conversationId: 'c',
  finishedAt: new Date(0),
  processingSeconds: 1,
} as const;

// Line ends of every kind, and what the format itself is made of, belong to the text.
const frames = fc.constantFrom(
  '\n',
  '\r\n',
  '\r',
  '\u2028',
  '\n\n',
  'data: ',
  'event: finish\n',
  ': ',
  '\ufeff',
);
const text = fc
  .array(fc.oneof(frames, fc.string({ unit: 'binary', maxLength: 12 })))
  .map((parts) => parts.join(''));
const answers = fc.array(
  text.map((piece) => ({ type: 'text-delta' as const, text: piece })),
  { maxLength: 8 },
);
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });

const withEnd = (pieces: readonly { readonly type: 'text-delta'; readonly text: string }[]) => [
  ...pieces,
  { type: 'finish' as const, answer: { ...answer, text: pieces.map((piece) => piece.text).join('') } },
];

it.each(Object.entries(readers))('%s reads what was written, however it is cut', async (_, read) => {
  const property = fc.asyncProperty(answers, sizes, async (pieces, cuts) => {
    const events = withEnd(pieces);
    const bytes = await written(events, () => new ChatFormat('c', 'r'));
    const found = await all(read(inPieces(bytes, cuts)));
    expect(found.map(({ event }) => event)).toEqual(events.map(({ type }) => type));
    const texts = found.slice(0, -1).map(({ data }): unknown => JSON.parse(data));
    expect(texts).toEqual(pieces.map((piece) => ({ text: piece.text })));
    expect(JSON.parse(found.at(-1)?.data ?? '')).toMatchObject({
      response: pieces.map((piece) => piece.text).join(''),
    });
  });
  await fc.assert(property);
});

it("OpenAI's client reads what was written, however it is cut", async () => {
  const format = () => new CompletionFormat({ answerId: 'a', model: 'jamie', includeUsage: false });
  const property = fc.asyncProperty(answers, sizes, async (pieces, cuts) => {
    const bytes = await written(withEnd(pieces), format);
    const response = new Response(inPieces(bytes, cuts));
    const chunks = await all(Stream.fromSSEResponse<ChatCompletionChunk>(response, new AbortController()));
    const texts = chunks.map(({ choices }) => choices[0]?.delta.content ?? '');
    expect(texts.join('')).toBe(pieces.map((piece) => piece.text).join(''));
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
  });
  await fc.assert(property);
});

it.each(Object.entries(readers))('%s reads the same of any bytes, however they are cut', async (_, read) => {
  const bytes = fc
    .array(fc.oneof(frames, fc.constantFrom('id: 1\n', 'retry', 'data'), fc.uint8Array({ maxLength: 6 })))
    .map((parts) => Buffer.concat(parts.map((part) => Buffer.from(part))));
  const property = fc.asyncProperty(bytes, sizes, async (given, cuts) => {
    const whole = await all(read(inPieces(given, [given.length + 1])));
    expect(await all(read(inPieces(given, cuts)))).toEqual(whole);
  });
  await fc.assert(property, { numRuns: 300 });
});
