import { AnswerLines } from './answer-lines';
import type { AnswerBehaviour, ChatBody, OllamaBehaviour } from './behaviour';
import type { Exchange } from './exchange';
import { ollamaFailures } from './failures';
import type { Journal } from './journal';
import { contextTokensOf, type ModelMemory } from './model-memory';
import { BadRequest, checkOptions, checkRoles, parseChat, parseJson } from './request';
import type { Slots } from './slots';
import type { OllamaStandInOptions } from './stand-in-options';

interface Parts {
  readonly options: OllamaStandInOptions;
  readonly journal: Journal;
  readonly memory: ModelMemory;
  readonly slots: () => Slots;
  readonly behaviourFor: (kind: 'chat' | 'load', request: ChatBody) => OllamaBehaviour;
  readonly has: (model: string) => boolean;
}

/** POST /api/chat, in the order of the real handler: body, model, load, slot, prompt, answer. */
export class ChatRoute {
  constructor(private readonly parts: Parts) {}

  /** @throws BadRequest for a body that the server does not take */
  async handle(exchange: Exchange): Promise<void> {
    const raw = parseJson(await exchange.body());
    if (this.parts.options.journalCapacity > 0) exchange.entry.body = raw;
    const request = this.accept(exchange, raw);
    if (exchange.entry.kind === 'unload') return this.unload(exchange, request);
    checkOptions(request.options);
    if (exchange.entry.kind === 'load') await this.load(exchange, request);
    else await this.chat(exchange, request);
  }

  private accept(exchange: Exchange, raw: Readonly<Record<string, unknown>>): ChatBody {
    const request = this.classify(exchange, raw);
    if (request.model === '') throw new BadRequest(400, 'model is required');
    if (!this.parts.has(request.model)) throw new BadRequest(404, `model '${request.model}' not found`);
    return request;
  }

  private classify(exchange: Exchange, raw: Readonly<Record<string, unknown>>): ChatBody {
    try {
      const request = parseChat(raw);
      this.parts.journal.classified(exchange.entry, kindOf(request));
      return request;
    } catch (thrown) {
      this.parts.journal.classified(exchange.entry, 'chat');
      throw thrown;
    }
  }

  private unload(exchange: Exchange, request: ChatBody): void {
    this.parts.memory.unload();
    exchange.json(200, this.emptyAnswer(request, 'unload'));
  }

  private async load(exchange: Exchange, request: ChatBody): Promise<void> {
    if (await exchange.playFailure(this.parts.behaviourFor('load', request))) return;
    this.parts.journal.changed(exchange.entry, 'waiting');
    const loadNs = await this.parts.memory.ensure(request, exchange.leaving);
    if (loadNs !== undefined) exchange.json(200, this.emptyAnswer(request, 'load'));
  }

  private async chat(exchange: Exchange, request: ChatBody): Promise<void> {
    const behaviour = this.parts.behaviourFor('chat', request);
    if (behaviour.kind !== 'answer' && behaviour.kind !== 'hang') {
      await exchange.playFailure(behaviour);
      return;
    }
    this.parts.journal.changed(exchange.entry, 'waiting');
    const startedAt = performance.now();
    const loadNs = await this.parts.memory.ensure(request, exchange.leaving);
    if (loadNs === undefined) return;
    checkRoles(request);
    const giveBack = await this.parts.slots().take(exchange.leaving);
    if (!giveBack) return;
    try {
      if (behaviour.kind === 'answer')
        await this.generate(exchange, request, behaviour, { startedAt, loadNs });
      else await exchange.playFailure(behaviour);
    } finally {
      giveBack();
    }
  }

  private async generate(
    exchange: Exchange,
    request: ChatBody,
    answer: AnswerBehaviour,
    times: { readonly startedAt: number; readonly loadNs: number },
  ): Promise<void> {
    const contextTokens = contextTokensOf(request);
    const wanted = this.promptTokens(request);
    if (wanted > contextTokens && !request.truncate) {
      await exchange.playFailure(ollamaFailures.nativeOverflow(wanted, contextTokens));
      return;
    }
    const promptTokens = Math.min(wanted, contextTokens);
    const lines = new AnswerLines(request, answer, { ...times, promptTokens });
    if (request.stream) await exchange.stream(answer, lines.pieces(), () => lines.last());
    else exchange.json(200, wholeAnswer(request, answer, lines));
  }

  private promptTokens(request: ChatBody): number {
    const characters = request.messages.reduce((sum, message) => sum + message.content.length, 0);
    return Math.max(1, Math.ceil(characters / this.parts.options.charactersPerToken));
  }

  private emptyAnswer(request: ChatBody, reason: string): object {
    return {
      model: request.model,
      created_at: new Date().toISOString(),
      message: { role: 'assistant', content: '' },
      done: true,
      done_reason: reason,
    };
  }
}

function kindOf(request: ChatBody): 'chat' | 'load' | 'unload' {
  if (request.messages.length > 0) return 'chat';
  return request.keepAliveSeconds === 0 ? 'unload' : 'load';
}

function wholeAnswer(request: ChatBody, answer: AnswerBehaviour, lines: AnswerLines): object {
  const message = {
    role: 'assistant',
    content: answer.chunks.join(''),
    ...(answer.thinking.length > 0 && { thinking: answer.thinking.join('') }),
  };
  const last = lines.last();
  const end = last === undefined ? { model: request.model, done: false } : parseJson(last);
  return { ...end, message };
}
