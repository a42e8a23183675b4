import { type DynamicModule, Module } from '@nestjs/common';
import { ChatModule } from '@jamie/chat';
import { ConversationsModule } from '@jamie/conversations';
import { SharedState, Unshared } from '@jamie/core';
import { KnowledgeModule } from '@jamie/knowledge';
import { MetricsModule } from '@jamie/metrics';
import { OllamaModule } from '@jamie/ollama';
import type * as Redis from '@jamie/redis';
import { SlackModule, type SlackOptions } from '@jamie/slack';
import { Asking } from './chat/asking';
import { ChatController } from './chat/chat.controller';
import type { Config } from './config/config';
import { ollamaOptions } from './config/ollama-options';
import { FeedbackModule } from './feedback/feedback.module';
import { HealthModule } from './health/health.module';
import { knownResponses } from './http/routes';
import { LifecycleModule } from './lifecycle/lifecycle.module';
import { ModelNames } from './openai/model-names';
import { OpenAiController } from './openai/openai.controller';
import { OpenApiController } from './openapi/openapi.controller';
import { RunbooksController } from './runbooks/runbooks.controller';
import { WebModule } from './web/web.module';

/** State of one replica. */
@Module({})
class SharedStateModule {}

/** The composition root: the one file that knows every library, and gives each its options. */
@Module({})
export class AppModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: AppModule,
      imports: [
        LifecycleModule,
        MetricsModule.forRoot({
          model: config.MODEL_NAME,
          version: config.version,
          commit: config.GIT_COMMIT,
          surfaces: ['rest', 'openai', 'slack'],
          responses: knownResponses,
        }),
        FeedbackModule.forRoot({ path: config.FEEDBACK_FILE, maxBytes: config.FEEDBACK_FILE_MAX_BYTES }),
        everywhere(sharedState(config)),
        ConversationsModule.forRoot({ ttlHours: config.CONVERSATION_TTL_HOURS }),
        everywhere(KnowledgeModule.forRoot({ directory: config.RUNBOOKS_DIR, watch: true })),
        everywhere(OllamaModule.forRoot(ollamaOptions(config))),
        ChatModule,
        everywhere(SlackModule.forRoot(slackOptions(config))),
        HealthModule,
        ...(config.WEB_UI ? [WebModule] : []),
      ],
      controllers: [ChatController, OpenAiController, RunbooksController, OpenApiController],
      providers: [Asking, ModelNames],
    };
  }
}

/** Libraries ask for ports and never for each other, so whoever provides one provides it to all. */
function everywhere(module: DynamicModule): DynamicModule {
  return { ...module, global: true };
}

function sharedState(config: Config): DynamicModule {
  const { REDIS_URL: url } = config;
  if (url === undefined) {
    const own = { provide: SharedState, useClass: Unshared };
    return { module: SharedStateModule, providers: [own], exports: [SharedState] };
  }
  // Read from disk only when there is a Redis: its client costs start-up time and memory.
  // By its path: the build rewrites our own names in imports only.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what require returns is not typed
  const { RedisModule } = require('../../../libs/redis/src/index') as typeof Redis;
  return RedisModule.forRoot({ url, leaseMs: config.REDIS_LEASE_SECONDS * 1000 });
}

function slackOptions(config: Config): SlackOptions {
  if (config.slack.mode === 'off') return config.slack;
  return {
    ...config.slack,
    version: config.version,
    linkHosts: config.SLACK_LINK_HOSTS,
    allowGuests: config.SLACK_ALLOW_GUESTS,
    allowExternal: config.SLACK_ALLOW_EXTERNAL,
    stateDirectory: config.STATE_DIR,
  };
}
