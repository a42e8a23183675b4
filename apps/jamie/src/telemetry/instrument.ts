import { HttpService } from '@nestjs/axios';
import { ChatService } from '@jamie/chat';
import { LanguageModel, RunbookSearch } from '@jamie/core';
import { SlackCalls, SlackWork } from '@jamie/slack';
import { traceChat } from './traced-chat';
import { traceOutgoing } from './traced-http';
import { type ModelTracing, traceModel } from './traced-model';
import { traceRunbooks } from './traced-runbooks';
import { traceSlackCalls, traceSlackWork } from './traced-slack';

/**
 * For Nest's `instrument` option, which shows it every instance as it is created. What crosses a port gets its span here,
 * so that no library knows of it, and nothing at all is there when telemetry is off.
 */
export function instrumenting(tracing: ModelTracing): (instance: unknown) => unknown {
  // An alias of a provider is shown as well.
  const seen = new WeakSet<object>();
  return (instance) => {
    if (typeof instance !== 'object' || instance === null || seen.has(instance)) return instance;
    seen.add(instance);
    if (instance instanceof ChatService) traceChat(instance);
    else if (instance instanceof LanguageModel) traceModel(instance, tracing);
    else if (instance instanceof RunbookSearch) traceRunbooks(instance, tracing.content);
    else if (instance instanceof HttpService) traceOutgoing(instance);
    else if (instance instanceof SlackWork) traceSlackWork(instance);
    else if (instance instanceof SlackCalls) traceSlackCalls(instance);
    return instance;
  };
}
