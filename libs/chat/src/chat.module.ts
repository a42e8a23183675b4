import { Module } from '@nestjs/common';
import { ChatService } from './chat.service';

/** Answers questions. Needs the ports LanguageModel, RunbookSearch, ConversationStore and ChatObserver from global modules. */
@Module({ providers: [ChatService], exports: [ChatService] })
export class ChatModule {}
