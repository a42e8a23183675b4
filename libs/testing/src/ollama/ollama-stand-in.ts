import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type ChatBody, ollamaAnswer, type OllamaBehaviour, type OllamaScript } from './behaviour';
import { ChatRoute } from './chat-route';
import { Exchange } from './exchange';
import { InfoRoutes } from './info-routes';
import { Journal } from './journal';
import { ModelMemory } from './model-memory';
import { BadRequest } from './request';
import { Slots } from './slots';
import { type OllamaStandInOptions, standInDefaults } from './stand-in-options';

/**
 * A server on loopback that speaks Ollama's protocol (https://docs.ollama.com/api) as strictly as the real one: it
 * loads models, reloads them when runner options change, serves one request at a time while any number wait, stops at
 * `num_predict` chunks, and fails in every way that the real one is known to, when told to.
 */
export class OllamaStandIn {
  readonly journal: Journal;
  readonly memory: ModelMemory;
  private server: Server | undefined;
  private port: number;
  private slots: Slots;
  private models: readonly string[];
  private readonly routes: { readonly chat: ChatRoute; readonly info: InfoRoutes };
  private readonly scripts: Record<'chat' | 'load', OllamaScript>;
  private readonly queued: Record<'chat' | 'load', OllamaScript[]> = { chat: [], load: [] };
  private gate: OllamaBehaviour | undefined;
  private readonly open = new Set<Exchange>();
  private accepted = 0;

  private constructor(private readonly options: OllamaStandInOptions) {
    this.port = options.port;
    this.models = options.models;
    this.slots = new Slots(options.parallel);
    this.journal = new Journal({ capacity: options.journalCapacity });
    this.memory = new ModelMemory(options);
    this.scripts = { chat: ollamaAnswer('The disk is full.'), load: ollamaAnswer('') };
    this.routes = { chat: this.chatRoute(), info: this.infoRoutes() };
  }

  static async start(options: Partial<OllamaStandInOptions> = {}): Promise<OllamaStandIn> {
    const standIn = new OllamaStandIn({ ...standInDefaults, ...options });
    await standIn.start();
    return standIn;
  }

  get url(): string {
    const host = this.options.host.includes(':') ? `[${this.options.host}]` : this.options.host;
    return `http://${host}:${this.port}`;
  }

  /** How many TCP connections were ever made to it. */
  get connections(): number {
    return this.accepted;
  }

  /** What every chat gets from now on, unless something is queued. */
  script(behaviour: OllamaScript): void {
    this.scripts.chat = behaviour;
  }

  /** What the next chats get, one each, in this order. */
  next(...behaviours: readonly OllamaScript[]): void {
    this.queued.chat.push(...behaviours);
  }

  /** The same for requests without messages: an answer lets the load succeed. */
  scriptLoad(behaviour: OllamaScript): void {
    this.scripts.load = behaviour;
  }

  nextLoad(...behaviours: readonly OllamaScript[]): void {
    this.queued.load.push(...behaviours);
  }

  /** What stands before the server answers every route with that; `undefined` takes it away. */
  everywhere(behaviour: OllamaBehaviour | undefined): void {
    this.gate = behaviour;
  }

  /** Names of the models that are there from now on. */
  install(...models: readonly string[]): void {
    this.models = models;
  }

  /** Listens again, on the same port, after `stop`. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.handle(request, response));
    Object.assign(server, { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, timeout: 0 });
    server.on('connection', () => (this.accepted += 1));
    server.listen({ port: this.port, host: this.options.host, backlog: 4096 });
    await once(server, 'listening');
    this.port = portOf(server);
    this.server = server;
  }

  /** As the real one at SIGTERM: not graceful, every connection is cut; what was loaded is lost. */
  async stop(): Promise<void> {
    const server = this.server;
    if (!server) return;
    this.server = undefined;
    const closed = once(server, 'close');
    server.close();
    for (const exchange of this.open) exchange.breakOff('cut');
    server.closeAllConnections();
    await closed;
    this.memory.unload();
    this.slots = new Slots(this.options.parallel);
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = new Exchange(request, response, this.journal);
    this.open.add(exchange);
    response.once('close', () => this.open.delete(exchange));
    try {
      if (this.gate && (await exchange.playFailure(this.gate))) return;
      if (exchange.entry.path === '/api/chat' && exchange.entry.method === 'POST') {
        await this.routes.chat.handle(exchange);
      } else await this.routes.info.handle(exchange);
    } catch (thrown) {
      if (thrown instanceof BadRequest) exchange.json(thrown.status, { error: thrown.message });
      else if (!exchange.leaving.aborted) response.destroy();
    }
  }

  private chatRoute(): ChatRoute {
    return new ChatRoute({
      options: this.options,
      journal: this.journal,
      memory: this.memory,
      slots: () => this.slots,
      behaviourFor: (kind, request) => this.behaviourFor(kind, request),
      has: (model) => this.models.some((name) => withTag(name) === withTag(model)),
    });
  }

  private infoRoutes(): InfoRoutes {
    return new InfoRoutes({
      version: this.options.version,
      journal: this.journal,
      memory: this.memory,
      models: () => this.models.map(withTag),
    });
  }

  private behaviourFor(kind: 'chat' | 'load', request: ChatBody): OllamaBehaviour {
    const script = this.queued[kind].shift() ?? this.scripts[kind];
    return typeof script === 'function' ? script(request) : script;
  }
}

/** Ollama's own names always have a tag. */
function withTag(model: string): string {
  return model.includes(':') ? model : `${model}:latest`;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
