import { Inject, Injectable } from '@nestjs/common';
import { ChatExchange } from './chat-exchange';
import { ChatRequests } from './chat-requests';
import { OllamaConnection } from './connection';
import { judge } from './failures';
import { OLLAMA_SETTINGS, type OllamaSettings } from './ollama-options';
import { WarmUp } from './warm-up';

/**
 * Asks for one token. A server that hangs still answers `/` and `/api/version`, so only a chat proves that it works.
 */
@Injectable()
export class Probe {
  constructor(
    private readonly connection: OllamaConnection,
    private readonly requests: ChatRequests,
    private readonly warmUp: WarmUp,
    @Inject(OLLAMA_SETTINGS) private readonly settings: OllamaSettings,
  ) {}

  /** What went wrong, as a sentence; `undefined` when nothing did. Never rejects. */
  async run(): Promise<string | undefined> {
    const { baseUrl, firstTokenTimeoutMs, idleTimeoutMs, maxLineBytes, model } = this.settings;
    // A restarted server has to load the model first, and a probe that gives up would give that load up.
    await this.warmUp.wait(firstTokenTimeoutMs, new AbortController().signal);
    const totalMs = firstTokenTimeoutMs + idleTimeoutMs;
    const outcome = await ChatExchange.start(
      this.connection,
      {
        body: this.requests.probe(),
        limits: {
          firstTokenMs: firstTokenTimeoutMs,
          idleMs: idleTimeoutMs,
          totalMs,
          totalEndsAt: performance.now() + totalMs,
        },
        maxLineBytes,
        emptyIsFine: true,
      },
      { firstToken: () => undefined, ended: () => undefined },
    ).ended();
    if (outcome.kind === 'failed') return judge(outcome.trouble, { url: baseUrl.root, model }).error.message;
    this.warmUp.markWarm();
    return undefined;
  }
}
