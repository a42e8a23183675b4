import { LanguageModel } from '@jamie/core';
import { HttpModule } from '@nestjs/axios';
import { type DynamicModule, Module } from '@nestjs/common';
import { Answering } from './answering';
import { Attempts } from './attempts';
import { ChatRequests } from './chat-requests';
import { OllamaConnection } from './connection';
import { Experience } from './experience';
import { Gate } from './gate';
import { InputBudget } from './input-budget';
import { OllamaModel } from './ollama-model';
import { OLLAMA_SETTINGS, type OllamaOptions, settingsOf } from './ollama-options';
import { Probe } from './probe';
import { ServerWatch } from './server-watch';
import { WarmUp } from './warm-up';

/** Provides `LanguageModel`. Needs a `ModelObserver` and `SharedState` from global modules. */
@Module({})
export class OllamaModule {
  /** @throws Error when the URL is none */
  static forRoot(options: OllamaOptions): DynamicModule {
    return {
      module: OllamaModule,
      imports: [HttpModule.register({})],
      providers: [
        { provide: OLLAMA_SETTINGS, useValue: settingsOf(options) },
        OllamaConnection,
        ChatRequests,
        WarmUp,
        Probe,
        Gate,
        ServerWatch,
        InputBudget,
        Attempts,
        Experience,
        Answering,
        { provide: LanguageModel, useClass: OllamaModel },
      ],
      exports: [LanguageModel],
    };
  }
}
