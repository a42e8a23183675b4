import { Agent, request } from 'node:http';
import { type Samples, parseMetrics } from '@jamie/testing';
import { type Environment, loadConfig } from '../src/config/config';
import { startJamie } from '../src/jamie';
import { Lifecycle } from '../src/lifecycle/lifecycle';

/** An address where nothing listens: the model is not there. */
export const nowhere = 'http://127.0.0.1:1';

const idleWithinMs = 20_000;

export interface Ask {
  readonly message?: unknown;
  readonly context?: unknown;
  readonly conversation_id?: unknown;
}

export interface AskInit {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface TestJamie {
  readonly url: string;
  readonly metricsUrl: string;
  chat(ask: Ask, init?: AskInit): Promise<Response>;
  post(path: string, body: unknown, init?: AskInit): Promise<Response>;
  metrics(): Promise<Samples>;
  /** Takes nothing new from now on, as after SIGTERM. */
  startDraining(): void;
  /** Resolves when nothing is being answered. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** The whole application in this process, on free ports of loopback, without a rate limit unless asked for. */
export async function startTestJamie(settings: Environment = {}): Promise<TestJamie> {
  const jamie = await startJamie(
    loadConfig({
      PORT: '0',
      METRICS_PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'silent',
      OLLAMA_URL: nowhere,
      RATE_LIMIT_PER_MINUTE: '0',
      ...settings,
    }),
  );
  const url = `http://127.0.0.1:${jamie.port}`;
  const metricsUrl = `http://127.0.0.1:${jamie.metricsPort}`;
  return {
    url,
    metricsUrl,
    chat: (ask, init) => fetch(`${url}/chat`, post(ask, init)),
    post: (path, body, init) => fetch(`${url}${path}`, post(body, init)),
    metrics: async () => parseMetrics(await (await fetch(`${metricsUrl}/metrics`)).text()),
    startDraining: () => jamie.app.get(Lifecycle).startDraining(),
    idle: () => jamie.app.get(Lifecycle).idle(idleWithinMs),
    close: () => jamie.close(),
  };
}

function post(body: unknown, init: AskInit = {}): RequestInit {
  return {
    method: 'POST',
    body: JSON.stringify(body),
    ...init,
    headers: { 'content-type': 'application/json', ...init.headers },
  };
}

/** Every field that a body of Jamie's can have; tests read those they expect. */
export interface Body {
  readonly response: string;
  readonly sources: readonly { readonly title: string }[];
  readonly degraded_reason: string;
  readonly statusCode: number;
  readonly message: string;
  readonly request_id: string;
  readonly status: string;
  readonly dependencies: Readonly<Record<string, { readonly state: string; readonly detail: string }>>;
}

export async function bodyOf(response: Response): Promise<Body> {
  return JSON.parse(await response.text());
}

export interface ServerSentEvent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** Reads a whole stream of server-sent events; comments are skipped. */
export async function readEvents(response: Response): Promise<ServerSentEvent[]> {
  const blocks = (await response.text()).split('\n\n').filter((block) => block.startsWith('event: '));
  return blocks.map((block) => {
    const [event = '', data = ''] = block.split('\n');
    return { event: event.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) };
  });
}

/** Asks with so many connections at once; answers the statuses. Much lighter than as many fetches. */
export async function askAtOnce(url: string, connections: number, ask: Ask): Promise<readonly number[]> {
  const agent = new Agent({ maxSockets: Infinity });
  const body = JSON.stringify(ask);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const one = () =>
    new Promise<number>((resolve, reject) => {
      request(`${url}/chat`, { method: 'POST', agent, headers }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode ?? 0));
      })
        .once('error', reject)
        .end(body);
    });
  return Promise.all(Array.from({ length: connections }, one));
}
