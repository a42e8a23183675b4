import { promptVersion } from '@jamie/chat';
import type { Answer, Usage } from '@jamie/core';
import type { AnswerFormat, ShownEvent } from '../chat/answer-format';
import type { ServerSentEvent } from '../chat/event-stream';
import type { HttpFailure } from '../http/errors';
import type { ChatCompletion, ChatCompletionChunk, CompletionUsage } from './completion-response';
import { completionId } from './completion-id';
import { openAiErrorBody } from './openai-error';
import { sourcesFooter } from './sources-footer';

export interface CompletionNaming {
  readonly answerId: string;
  /** The name by which the client asked. */
  readonly model: string;
  readonly includeUsage: boolean;
}

const done: ServerSentEvent = { data: '[DONE]' };

/** OpenAI's format, https://platform.openai.com/docs/api-reference/chat. Sources stand at the end of the text. */
export class CompletionFormat implements AnswerFormat {
  private readonly created = Math.floor(Date.now() / 1000);
  private introduced = false;

  constructor(private readonly naming: CompletionNaming) {}

  whole(answer: Answer): ChatCompletion {
    const content = answer.text + sourcesFooter(answer.sources);
    const message = { role: 'assistant', content, refusal: null } as const;
    return {
      ...this.head('chat.completion'),
      choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
      usage: usageOf(answer.usage),
    };
  }

  events(event: ShownEvent): readonly ServerSentEvent[] {
    if (event.type === 'text-delta') return [this.text(event.text)];
    return event.type === 'finish' ? this.ending(event.answer) : [];
  }

  failure(failure: HttpFailure): ServerSentEvent {
    return { data: JSON.stringify(openAiErrorBody(failure)) };
  }

  private ending({ sources, usage }: Answer): readonly ServerSentEvent[] {
    const footer = sourcesFooter(sources);
    const last = this.chunk([{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop' }]);
    const counted = this.naming.includeUsage ? [this.chunk([], usageOf(usage))] : [];
    return [...(footer === '' ? [] : [this.text(footer)]), last, ...counted, done];
  }

  private text(content: string): ServerSentEvent {
    const delta = this.introduced ? { content } : { role: 'assistant' as const, content };
    this.introduced = true;
    return this.chunk([{ index: 0, delta, logprobs: null, finish_reason: null }]);
  }

  private chunk(choices: ChatCompletionChunk['choices'], usage?: CompletionUsage): ServerSentEvent {
    const asked = this.naming.includeUsage ? { usage: usage ?? null } : {};
    const chunk: ChatCompletionChunk = { ...this.head('chat.completion.chunk'), choices, ...asked };
    return { data: JSON.stringify(chunk) };
  }

  private head<Kind extends string>(object: Kind) {
    const { answerId, model } = this.naming;
    // The prompt is what a change of the answers' manner most likely comes from.
    const system_fingerprint = `fp_${promptVersion}`;
    return { id: completionId(answerId), object, created: this.created, model, system_fingerprint };
  }
}

/** What the model counted; nothing where it wrote nothing. */
function usageOf(usage: Usage | undefined): CompletionUsage {
  const { promptTokens, completionTokens } = usage ?? { promptTokens: 0, completionTokens: 0 };
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
