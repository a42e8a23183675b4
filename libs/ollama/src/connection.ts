import type { Agent } from 'node:http';
import type { Readable } from 'node:stream';
import { HttpService } from '@nestjs/axios';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { AxiosRequestConfig } from 'axios';
import { agentWithConnectDeadline } from './connect-deadline';
import { directAdapter } from './direct-adapter';
import { OLLAMA_SETTINGS, type OllamaSettings } from './ollama-options';
import { TroubleError, troubleOf } from './trouble';

export interface ServerResponse {
  readonly status: number;
  readonly stream: Readable;
}

const maxErrorBytes = 64 * 1024;
const maxControlBytes = 8 * 1024 * 1024;

/** Axios leaves the bytes alone: no parsing or judging of its own. */
const bare = {
  transformRequest: [],
  transformResponse: [],
  validateStatus: () => true,
} satisfies AxiosRequestConfig;

/** HTTP to one Ollama server. Questions about its state have a connection of their own, free while chats wait. */
@Injectable()
export class OllamaConnection implements OnApplicationShutdown {
  private readonly chatAgent: Agent;
  private readonly controlAgent: Agent;
  private readonly chatConfig: AxiosRequestConfig;
  private readonly controlConfig: AxiosRequestConfig;
  private closed = false;

  constructor(
    private readonly http: HttpService,
    @Inject(OLLAMA_SETTINGS) private readonly settings: OllamaSettings,
  ) {
    this.chatAgent = this.agent(Infinity);
    this.controlAgent = this.agent(2);
    const headers = this.headers();
    const chat = { method: 'post', url: `${settings.baseUrl.root}/api/chat`, headers };
    this.chatConfig = { ...bare, ...chat, adapter: directAdapter(this.chatAgent) };
    this.controlConfig = { ...bare, method: 'get', headers, adapter: directAdapter(this.controlAgent) };
  }

  /**
   * Sends one chat request. Resolves with the headers, whatever the status; aborting closes the connection, also before.
   *
   * @throws TroubleError when no response came
   */
  async chat(body: Buffer, signal: AbortSignal): Promise<ServerResponse> {
    return this.send({ ...this.chatConfig, data: body, signal });
  }

  /**
   * The JSON that the server answers at that path; `question` is sent along as JSON.
   *
   * @throws TroubleError when it does not answer, or not with status 200 and JSON
   */
  async ask(path: string, signal: AbortSignal, question?: object): Promise<unknown> {
    const url = this.settings.baseUrl.root + path;
    const posted = question && { method: 'post', data: Buffer.from(JSON.stringify(question)) };
    const { status, stream } = await this.send({ ...this.controlConfig, url, signal, ...posted });
    const body = await textOf(stream, maxControlBytes);
    if (status !== 200) throw new TroubleError({ kind: 'status', status, body });
    return parsed(body);
  }

  onApplicationShutdown(): void {
    this.closed = true;
    this.chatAgent.destroy();
    this.controlAgent.destroy();
  }

  private async send(config: AxiosRequestConfig): Promise<ServerResponse> {
    if (this.closed) throw new TroubleError({ kind: 'unreachable', code: 'shutting down' });
    try {
      const response = await this.http.axiosRef.request<Readable>(config);
      return { status: response.status, stream: response.data };
    } catch (thrown) {
      throw new TroubleError(troubleOf(thrown, false));
    }
  }

  private agent(maxSockets: number): Agent {
    const { baseUrl, connectTimeoutMs } = this.settings;
    return agentWithConnectDeadline(baseUrl.secure, connectTimeoutMs, { keepAlive: true, maxSockets });
  }

  private headers(): Record<string, string> {
    const { authorization } = this.settings.baseUrl;
    return {
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      'user-agent': 'jamie-sre-chatbot',
      ...(authorization !== undefined && { authorization }),
    };
  }
}

/** The start of an error's body, as text; `''` when it cannot be read. */
export async function errorBodyOf(stream: Readable): Promise<string> {
  try {
    return await textOf(stream, maxErrorBytes);
  } catch {
    return '';
  }
}

async function textOf(stream: Readable, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of stream as AsyncIterable<Buffer>) {
      parts.push(part);
      bytes += part.length;
      if (bytes > maxBytes) break;
    }
  } catch (thrown) {
    throw new TroubleError(troubleOf(thrown, true));
  }
  return Buffer.concat(parts).toString('utf8', 0, maxBytes);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new TroubleError({ kind: 'garbage' });
  }
}
