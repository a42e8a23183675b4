import { type DynamicModule, Module } from '@nestjs/common';
import type * as Bot from './bot/bot.module';
import { SlackGate, SlackOff } from './slack-gate';
import type { SlackOptions } from './slack-options';

/**
 * Jamie in Slack. Needs ChatService, and the ports FeedbackBook, LanguageModel, RunbookSearch, RunningAsks, SharedState
 * and SlackObserver from global modules. Provides SlackGate.
 */
@Module({})
export class SlackModule {
  static forRoot(options: SlackOptions): DynamicModule {
    if (options.mode === 'off') {
      const off = { provide: SlackGate, useClass: SlackOff };
      return { module: SlackModule, providers: [off], exports: [SlackGate] };
    }
    // Read from disk only when Slack is on: the SDK costs start-up time and memory.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what require returns is not typed
    const { BotModule, SlackGateway } = require('./bot/bot.module') as typeof Bot;
    const gate = { provide: SlackGate, useExisting: SlackGateway };
    return {
      module: SlackModule,
      imports: [BotModule.forRoot(options)],
      providers: [gate],
      exports: [SlackGate],
    };
  }
}
