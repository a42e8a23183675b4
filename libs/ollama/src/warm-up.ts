import { ModelObserver } from '@jamie/core';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ChatExchange, type ExchangeOutcome } from './chat-exchange';
import { ChatRequests } from './chat-requests';
import { OllamaConnection } from './connection';
import { judge } from './failures';
import { OLLAMA_SETTINGS, type OllamaSettings } from './ollama-options';
import type { Limits } from './deadlines';

type State =
  | { readonly kind: 'cold' }
  | { readonly kind: 'loading'; readonly exchange: ChatExchange; readonly over: Promise<void> }
  | { readonly kind: 'warm' };

/** Loads of less than this were none: the model was there. */
const leastLoadSeconds = 1;

/**
 * Loads the model with a request of its own. Ollama gives a load up when the client that caused it leaves
 * (https://github.com/ollama/ollama/issues/8006), so no question may cause one: it waits here, and may leave.
 */
@Injectable()
export class WarmUp implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Ollama');
  private state: State = { kind: 'cold' };

  constructor(
    private readonly connection: OllamaConnection,
    private readonly requests: ChatRequests,
    @Inject(OLLAMA_SETTINGS) private readonly settings: OllamaSettings,
    private readonly observer: ModelObserver,
  ) {}

  get warm(): boolean {
    return this.state.kind === 'warm';
  }

  onApplicationBootstrap(): void {
    void this.load();
  }

  onApplicationShutdown(): void {
    if (this.state.kind === 'loading') this.state.exchange.leave();
  }

  /** An answer came: the model is there. */
  markWarm(): void {
    const before = this.state;
    this.state = { kind: 'warm' };
    if (before.kind === 'loading') before.exchange.leave();
  }

  /** The server no longer lists the model, or failed in a way that unloads it. */
  markCold(): void {
    if (this.state.kind === 'warm') this.state = { kind: 'cold' };
  }

  /** Resolves when the load under way, or one that is begun now, is over, well or not. */
  load(): Promise<void> {
    if (this.state.kind === 'warm') return Promise.resolve();
    if (this.state.kind === 'cold') this.begin();
    return this.state.kind === 'loading' ? this.state.over : Promise.resolve();
  }

  /**
   * Waits for the load; false when the time was too short. Leaving does not stop it.
   *
   * @throws the signal's reason
   */
  wait(timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', leave);
        settle();
      };
      const leave = () => end(() => reject(signal.reason));
      const timer = setTimeout(() => end(() => resolve(false)), timeoutMs);
      signal.addEventListener('abort', leave, { once: true });
      void this.load().then(() => end(() => resolve(true)));
    });
  }

  private begin(): void {
    const { maxLineBytes } = this.settings;
    const request = { body: this.requests.load(), limits: this.limits(), maxLineBytes, emptyIsFine: true };
    const exchange = ChatExchange.start(this.connection, request, {
      firstToken: () => undefined,
      ended: (outcome, seconds) => this.ended(outcome, seconds),
    });
    this.state = { kind: 'loading', exchange, over: exchange.ended().then(() => undefined) };
  }

  private ended(outcome: ExchangeOutcome, seconds: number): void {
    if (this.state.kind === 'loading') {
      this.state = { kind: outcome.kind === 'completed' ? 'warm' : 'cold' };
    }
    if (outcome.kind === 'failed') this.report(judge(outcome.trouble, this.about()).error.message);
    if (outcome.kind === 'completed' && seconds > leastLoadSeconds) {
      this.observer.modelLoaded(this.settings.model, seconds);
    }
  }

  private report(sentence: string): void {
    this.logger.warn(`The model could not be loaded. ${sentence}`);
  }

  private about(): { url: string; model: string } {
    return { url: this.settings.baseUrl.root, model: this.settings.model };
  }

  private limits(): Limits {
    const { warmUpTimeoutMs } = this.settings;
    return {
      firstTokenMs: warmUpTimeoutMs,
      idleMs: warmUpTimeoutMs,
      totalMs: warmUpTimeoutMs,
      totalEndsAt: performance.now() + warmUpTimeoutMs,
    };
  }
}
