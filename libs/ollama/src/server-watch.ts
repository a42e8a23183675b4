import type { DependencyStatus } from '@jamie/core';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { OllamaConnection } from './connection';
import { judge } from './failures';
import { OLLAMA_SETTINGS, type OllamaSettings } from './ollama-options';
import {
  down,
  goodNews,
  includesModel,
  modelsOf,
  type ServerReport,
  silence,
  up,
  versionOf,
} from './server-report';
import { TroubleError, troubleOf } from './trouble';
import type { About } from './verdict';
import { WarmUp } from './warm-up';

/** Knows how the server is from the last contact, and makes one now and then when nobody else does. */
@Injectable()
export class ServerWatch implements OnApplicationBootstrap, OnApplicationShutdown {
  private snapshot: DependencyStatus = {
    name: 'model',
    state: 'unknown',
    detail: 'Ollama was not asked yet.',
  };
  private timer: NodeJS.Timeout | undefined;
  private readonly stopping = new AbortController();

  constructor(
    private readonly connection: OllamaConnection,
    private readonly warmUp: WarmUp,
    @Inject(OLLAMA_SETTINGS) private readonly settings: OllamaSettings,
  ) {}

  /** Without asking. */
  get status(): DependencyStatus {
    return this.snapshot;
  }

  get about(): About {
    return { url: this.settings.baseUrl.root, model: this.settings.model };
  }

  /** Asks at once: whoever looks before the first question shall see what it will meet. */
  onApplicationBootstrap(): void {
    void this.refresh();
  }

  onApplicationShutdown(): void {
    this.stopping.abort();
    clearTimeout(this.timer);
  }

  /** An answer came. */
  answered(): void {
    if (this.snapshot.state !== 'up') this.snapshot = up(`The model ${this.about.model} answers.`);
  }

  failed(sentence: string): void {
    this.snapshot = down(sentence);
  }

  /** Asks now. Never throws; when the signal comes first, what was known before. */
  async check(signal: AbortSignal): Promise<DependencyStatus> {
    const deadline = AbortSignal.timeout(this.settings.controlTimeoutMs);
    try {
      this.learn(await this.ask(AbortSignal.any([signal, deadline])));
    } catch (thrown) {
      if (!signal.aborted)
        this.failed(
          deadline.aborted
            ? silence(this.about.url, this.settings.controlTimeoutMs)
            : this.sentenceOf(thrown),
        );
    }
    return this.snapshot;
  }

  /** Names of the models that are there; `undefined` when the server does not say. */
  async installed(signal: AbortSignal): Promise<readonly string[] | undefined> {
    try {
      const limited = AbortSignal.any([signal, AbortSignal.timeout(this.settings.controlTimeoutMs)]);
      return modelsOf(await this.connection.ask('/api/tags', limited));
    } catch {
      return undefined;
    }
  }

  private async ask(signal: AbortSignal): Promise<ServerReport> {
    const [version, tags, running] = await Promise.all([
      this.connection.ask('/api/version', signal),
      this.connection.ask('/api/tags', signal),
      // Servers and gateways without this route still serve chats.
      this.connection.ask('/api/ps', signal).catch(() => undefined),
    ]);
    const installed = modelsOf(tags);
    const name = versionOf(version);
    if (name === undefined || !installed) throw new TroubleError({ kind: 'garbage' });
    const loaded = modelsOf(running);
    return { version: name, installed, loaded: loaded && includesModel(loaded, this.about.model) };
  }

  private learn(report: ServerReport): void {
    const { installed, loaded } = report;
    if (!includesModel(installed, this.about.model)) {
      this.warmUp.markCold();
      this.failed(judge({ kind: 'model-missing' }, { ...this.about, installed }).error.message);
      return;
    }
    const cameBack = this.snapshot.state !== 'up';
    this.snapshot = goodNews(report, this.about);
    // A model whose time ran out stays unloaded until somebody asks; one that was lost with its server is fetched back.
    if (loaded === false) this.warmUp.markCold();
    if (cameBack) void this.warmUp.load();
  }

  private sentenceOf(thrown: unknown): string {
    return judge(troubleOf(thrown, false), this.about).error.message;
  }

  /** Spread by a fifth, so that replicas do not ask in step. */
  private schedule(): void {
    if (this.stopping.signal.aborted) return;
    const ms = this.settings.refreshIntervalMs * (0.8 + 0.4 * Math.random());
    this.timer = setTimeout(() => void this.refresh(), ms).unref();
  }

  private async refresh(): Promise<void> {
    await this.check(this.stopping.signal);
    this.schedule();
  }
}
