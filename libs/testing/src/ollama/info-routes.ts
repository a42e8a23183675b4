import type { Exchange } from './exchange';
import type { Journal, RequestKind } from './journal';
import type { ModelMemory } from './model-memory';
import { BadRequest, parseJson } from './request';

interface Parts {
  readonly version: string;
  readonly journal: Journal;
  readonly memory: ModelMemory;
  /** Names with their tags. */
  readonly models: () => readonly string[];
}

type Route = readonly [RequestKind, (exchange: Exchange) => void | Promise<void>];

const details = {
  parent_model: '',
  format: 'gguf',
  family: 'qwen3',
  families: ['qwen3'],
  parameter_size: '4.0B',
  quantization_level: 'Q4_K_M',
};
const bytes = 2_620_788_260;
const digest = 'sha256:0c0f'.padEnd(71, '0');

/** Everything but the chat: who is there, what is loaded. */
export class InfoRoutes {
  private readonly routes: Readonly<Record<string, Route>> = {
    'GET /': ['root', (exchange) => exchange.send(200, 'Ollama is running', 'text/plain; charset=utf-8')],
    'HEAD /': ['root', (exchange) => exchange.send(200, '', 'text/plain; charset=utf-8')],
    'GET /api/version': ['version', (exchange) => exchange.json(200, { version: this.parts.version })],
    'GET /api/tags': ['tags', (exchange) => exchange.json(200, { models: this.parts.models().map(tag) })],
    'GET /api/ps': ['ps', (exchange) => exchange.json(200, { models: this.running() })],
    'POST /api/show': ['show', (exchange) => this.show(exchange)],
  };

  constructor(private readonly parts: Parts) {}

  async handle(exchange: Exchange): Promise<void> {
    const { method, path } = exchange.entry;
    const route = this.routes[`${method} ${path.split('?', 1)[0]}`];
    this.parts.journal.classified(exchange.entry, route?.[0] ?? 'other');
    if (route) await route[1](exchange);
    else this.refuse(exchange);
  }

  private refuse(exchange: Exchange): void {
    const known = Object.keys(this.routes).concat('POST /api/chat');
    const wrongMethod = known.some((name) => name.endsWith(` ${exchange.entry.path}`));
    if (wrongMethod) exchange.send(405, '405 method not allowed', 'text/plain');
    else exchange.send(404, '404 page not found', 'text/plain');
  }

  private async show(exchange: Exchange): Promise<void> {
    const body = parseJson(await exchange.body());
    const name = textOf(body['model']) || textOf(body['name']);
    if (name === '') throw new BadRequest(400, 'model is required');
    const known = this.parts.models().some((model) => model === name || model === `${name}:latest`);
    if (!known) throw new BadRequest(404, `model '${name}' not found`);
    exchange.json(200, {
      modelfile: `FROM ${name}`,
      parameters: 'temperature 0.2',
      template: '{{ .Prompt }}',
      details,
      model_info: { 'general.architecture': 'qwen3', 'qwen3.context_length': 262144 },
      capabilities: ['completion', 'tools'],
      modified_at: '2026-08-21T10:00:00Z',
    });
  }

  private running(): object[] {
    const { loaded, loadedWithUnknownOptions } = this.parts.memory;
    const first = this.parts.models()[0];
    if (!loaded && loadedWithUnknownOptions && first !== undefined)
      return [this.row(first, 4096, new Date())];
    if (!loaded) return [];
    const name = loaded.model.includes(':') ? loaded.model : `${loaded.model}:latest`;
    return [this.row(name, loaded.contextTokens, loaded.expiresAt)];
  }

  private row(name: string, contextTokens: number, expiresAt: Date): object {
    return {
      name,
      model: name,
      size: bytes,
      digest,
      details,
      expires_at: expiresAt.toISOString(),
      size_vram: 0,
      context_length: contextTokens,
    };
  }
}

function tag(name: string): object {
  return { name, model: name, modified_at: '2026-08-21T10:00:00Z', size: bytes, digest, details };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
