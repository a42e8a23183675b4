import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ChatEvent, NothingCanAnswerError } from '@jamie/core';
import { Logger } from '@nestjs/common';
import express from 'express';
import OpenAI, { APIError } from 'openai';
import { renderStream } from '../chat/render';
import { CompletionFormat } from './completion-format';

const gone = new NothingCanAnswerError('The model is gone.', {
  timedOut: false,
  retryAfterSeconds: 7,
  cause: undefined,
});

let server: Server;
let happening: (() => AsyncIterable<ChatEvent>) | undefined;

beforeAll(async () => {
  Logger.overrideLogger(false);
  const app = express();
  app.post('/chat/completions', async (_request, response) => {
    const events = happening?.() ?? nothing();
    const format = new CompletionFormat({ answerId: 'a', model: 'jamie', includeUsage: false });
    await renderStream({ events, signal: new AbortController().signal }, response, format);
  });
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

async function* nothing(): AsyncGenerator<ChatEvent> {}

async function read(): Promise<{ text: string; failure: unknown }> {
  const { port }: AddressInfo = JSON.parse(JSON.stringify(server.address()));
  const client = new OpenAI({ baseURL: `http://127.0.0.1:${port}`, apiKey: 'none', maxRetries: 0 });
  let text = '';
  try {
    const messages = [{ role: 'user' as const, content: 'hm?' }];
    const stream = await client.chat.completions.create({ model: 'jamie', messages, stream: true });
    for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
    return { text, failure: undefined };
  } catch (failure) {
    return { text, failure };
  }
}

describe('a stream of chat completion chunks', () => {
  it('tells of a failure inside of the stream, once text has been sent', async () => {
    happening = async function* () {
      yield { type: 'text-delta', text: 'Half' };
      yield { type: 'error', error: gone };
    };
    const { text, failure } = await read();
    expect(text).toBe('Half');
    expect(failure).toBeInstanceOf(APIError);
    expect(failure).toMatchObject({ type: 'server_error', code: 'service_unavailable' });
    expect(String(failure)).toContain('The model is gone.');
  });

  it('hides what nobody expected to be thrown', async () => {
    happening = async function* () {
      yield { type: 'text-delta', text: 'Half' };
      throw new Error('the password is swordfish');
    };
    const { failure } = await read();
    expect(failure).toMatchObject({ type: 'server_error' });
    expect(JSON.stringify(failure)).not.toContain('swordfish');
  });

  it('leaves a failure before the first text to its status', async () => {
    happening = async function* () {
      yield { type: 'status', phase: 'thinking', text: 'thinking' };
      yield { type: 'error', error: gone };
    };
    const { text, failure } = await read();
    expect(text).toBe('');
    // What Express alone makes of it; Jamie's error filter knows better.
    expect(failure).toMatchObject({ status: 500 });
  });
});
