import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from '../faults';
import type { ApiCall } from '../journal';
import type { Json } from '../json';
import type { Platform } from '../platform';
import type { ApiAnswer, Dispatcher } from './dispatcher';
import { bodyOf, readApiRequest, type ApiRequest } from './request';

const htmlPage =
  '<!DOCTYPE html><html><head><title>Server Error | Slack</title></head><body>Oh no!</body></html>';

/** /api/METHOD: reads the call, lets the planned fault strike before or after the work, answers. */
export class ApiEndpoint {
  constructor(
    private readonly slack: Platform,
    private readonly dispatcher: Dispatcher,
  ) {}

  async handle(name: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const apiRequest = await readApiRequest(request, await bodyOf(request));
    const call = this.slack.journal.callReceived(name, apiRequest.args);
    const fault = this.slack.faults.next(name);
    if (fault !== undefined) call.fault = fault.type;
    const struck = fault !== undefined && (await this.#before(fault, call, response));
    if (struck) return;
    const answer = await this.#work(fault, call, apiRequest);
    if (fault !== undefined && this.#after(fault, call, { answer, response })) return;
    this.#send(call, apiRequest, { answer, response });
  }

  /** True when the call ended before anything was done. */
  async #before(fault: Fault, call: ApiCall, response: ServerResponse): Promise<boolean> {
    switch (fault.type) {
      case 'latency':
        await this.slack.timers.wait(fault.delayMs);
        return false;
      case 'hang':
        return fault.effect !== true;
      case 'http':
        if (fault.effect !== true) this.#html(call, response, fault.status);
        return fault.effect !== true;
      case 'reset':
        if (!fault.effect) this.#reset(call, response);
        return !fault.effect;
      case 'error':
        if (fault.effect !== true) this.#error(call, response, fault);
        return fault.effect !== true;
      case 'ratelimited-bare':
        this.#json(call, response, { status: 429, body: { ok: false, error: 'ratelimited' } });
        return true;
      case 'ratelimited':
      case 'truncated':
      default:
        return false;
    }
  }

  async #work(fault: Fault | undefined, call: ApiCall, request: ApiRequest): Promise<ApiAnswer> {
    if (fault?.type !== 'ratelimited') return this.dispatcher.answer(call, request);
    const refusal = this.slack.rateLimits.refuse(call.method, fault.retryAfterSeconds);
    return { body: { ok: false, error: 'ratelimited' }, refusal };
  }

  /** True when the answer never arrives as it should. */
  #after(fault: Fault, call: ApiCall, done: { answer: ApiAnswer; response: ServerResponse }): boolean {
    const { answer, response } = done;
    switch (fault.type) {
      case 'hang':
        this.slack.journal.callAnswered(call, 0, answer.body);
        return true;
      case 'http':
        this.#html(call, response, fault.status);
        return true;
      case 'reset':
        this.#reset(call, response);
        return true;
      case 'truncated':
        this.#truncated(call, response, answer.body);
        return true;
      case 'error':
        this.#error(call, response, fault);
        return true;
      case 'latency':
      case 'ratelimited':
      case 'ratelimited-bare':
      default:
        return false;
    }
  }

  #send(call: ApiCall, request: ApiRequest, done: { answer: ApiAnswer; response: ServerResponse }): void {
    const { body, refusal } = done.answer;
    const headers = {
      ...this.dispatcher.headers(call.method, request.token),
      ...(refusal === undefined ? {} : { 'retry-after': String(refusal.retryAfterSeconds) }),
    };
    this.#json(call, done.response, { status: refusal === undefined ? 200 : 429, body, headers });
  }

  #json(
    call: ApiCall,
    response: ServerResponse,
    answer: { status: number; body: Json; headers?: Record<string, string> },
  ): void {
    response.writeHead(answer.status, {
      'content-type': 'application/json; charset=utf-8',
      ...answer.headers,
    });
    response.end(JSON.stringify(answer.body));
    this.slack.journal.callAnswered(call, answer.status, answer.body);
  }

  #error(call: ApiCall, response: ServerResponse, fault: Fault & { type: 'error' }): void {
    this.#json(call, response, { status: 200, body: { ok: false, error: fault.error, ...fault.details } });
  }

  #html(call: ApiCall, response: ServerResponse, status: number): void {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
    response.end(htmlPage);
    this.slack.journal.callAnswered(call, status, undefined);
  }

  #truncated(call: ApiCall, response: ServerResponse, body: Json): void {
    const text = JSON.stringify(body);
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(text.slice(0, Math.floor(text.length / 2)));
    this.slack.journal.callAnswered(call, 200, body);
  }

  #reset(call: ApiCall, response: ServerResponse): void {
    response.socket?.resetAndDestroy();
    this.slack.journal.callAnswered(call, 0, undefined);
  }
}
