import { randomUUID } from 'node:crypto';
import { ChatService } from '@jamie/chat';
import type { ChatEvent } from '@jamie/core';
import { NestFactory } from '@nestjs/core';
import 'reflect-metadata';
import { AppModule } from '../../app.module';
import { type ChatRequest, parseChatRequest } from '../../chat/chat-request';
import { toChatResponse } from '../../chat/chat-response';
import { ConfigError, loadConfig } from '../../config/config';
import { Refusal } from '../../http/errors';
import { CommandError, UsageError } from '../command';
import type { Ask, AskEvent } from './asking';

/** Answers in this process: the whole application without its ports, Slack and Redis. */
export async function* askLocally(ask: Ask, signal: AbortSignal): AsyncGenerator<AskEvent> {
  const { message, context } = checked(ask);
  const alone = { slack: { mode: 'off' }, REDIS_URL: undefined, WEB_UI: false } as const;
  const config = { ...configured(), ...alone };
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(config), {
    logger: false,
    abortOnError: false,
  });
  try {
    const conversationId = randomUUID();
    const question = {
      message,
      surface: 'rest',
      conversationId,
      ...(context !== undefined && { context }),
    } as const;
    for await (const event of app.get(ChatService).ask(question, signal)) {
      const known = answerEventOf(event, conversationId);
      if (known !== undefined) yield known;
    }
  } finally {
    await app.close();
  }
}

function answerEventOf(event: ChatEvent, conversationId: string): AskEvent | undefined {
  if (event.type === 'error') throw new CommandError(event.error.message);
  if (event.type === 'finish') return { type: 'finish', body: toChatResponse(event.answer, conversationId) };
  return event.type === 'sources' ? undefined : event;
}

function checked(ask: Ask): ChatRequest {
  try {
    return parseChatRequest(ask);
  } catch (thrown) {
    throw thrown instanceof Refusal ? new UsageError(thrown.message) : thrown;
  }
}

function configured() {
  try {
    return loadConfig(process.env);
  } catch (thrown) {
    throw thrown instanceof ConfigError ? new CommandError(thrown.message) : thrown;
  }
}
