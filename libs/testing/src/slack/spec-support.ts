import { createServer, type IncomingHttpHeaders } from 'node:http';
import { brief, isJson, parseJson, type Json } from './json';
import type { SlackStandIn } from './slack-stand-in';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** One call to the Web API as a form, without any SDK. */
export async function call(
  slack: SlackStandIn,
  method: string,
  args: Json = {},
  token?: string,
): Promise<Answer> {
  const fields = Object.entries(args).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return send(slack, method, {
    headers: { authorization: `Bearer ${token ?? slack.app.botToken}` },
    body: new URLSearchParams(fields),
  });
}

export async function send(
  slack: SlackStandIn,
  method: string,
  request: { headers: Record<string, string>; body: string | URLSearchParams },
): Promise<Answer> {
  const response = await fetch(`${slack.apiUrl}${method}`, { method: 'POST', ...request });
  const body = parseJson(await response.text());
  return { status: response.status, headers: response.headers, body: isJson(body) ? body : {} };
}

/** Slack's error word, or undefined when the call went well. */
export async function errorOf(slack: SlackStandIn, method: string, args: Json = {}): Promise<unknown> {
  return (await call(slack, method, args)).body['error'];
}

/** On a busy machine it is not the bot that is slow. */
export const patient = { ackWithinMs: 3_000, lifeWithinMs: 10_000 };

/** For comparing what may come in any order. */
export function sorted(values: readonly unknown[]): string[] {
  return values.map((value) => brief(value)).toSorted();
}

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: Json;
  readonly atMs: number;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly afterMs?: number;
  /** Never answers. */
  readonly hang?: boolean;
}

export interface PlainBot {
  readonly url: string;
  readonly received: Received[];
  close(): void;
}

/** A server that answers what it is told to and does nothing else. */
export async function plainBot(
  reply: (received: Received, index: number) => Reply = () => ({}),
): Promise<PlainBot> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void request.toArray().then((chunks) => {
      const text = Buffer.concat(chunks).toString('utf8');
      const payload = new URLSearchParams(text).get('payload');
      const json = parseJson(payload ?? text);
      const one = { headers: request.headers, text, json: isJson(json) ? json : {}, atMs: Date.now() };
      received.push(one);
      const {
        status = 200,
        headers = {},
        body = '',
        afterMs = 0,
        hang = false,
      } = reply(one, received.length - 1);
      if (!hang) setTimeout(() => response.writeHead(status, headers).end(body), afterMs);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/slack/events`, received, close };
}
