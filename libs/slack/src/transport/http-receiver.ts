import { RunningAsks, SlackObserver } from '@jamie/core';
import type { App, Receiver } from '@slack/bolt';
import type { Request, RequestHandler, Response } from 'express';
import { type Json, textOf } from '../fields';
import type { Dispatcher } from './dispatcher';
import { RefusedRequest, isSslCheck, parseBody, readBody } from './http-request';
import { noticeAddress, sendRestartNotice } from './restart-notice';
import { ReplayGuard, signatureProblem } from './signature';

export interface HttpReceiverParts {
  readonly apiUrl: string;
  readonly signingSecret: string;
  readonly dispatcher: Dispatcher;
  readonly observer: SlackObserver;
  readonly runningAsks: RunningAsks;
}

/**
 * Slack's requests over HTTP, for a server that somebody else opened. It proves them itself: Bolt's own check takes
 * requests from the future and repeated ones.
 */
export class HttpReceiver implements Receiver {
  private readonly replays = new ReplayGuard();

  constructor(private readonly parts: HttpReceiverParts) {}

  init(app: App): void {
    this.parts.dispatcher.serve(app);
  }

  /** Nothing to start: requests come once the server listens. */
  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  /** Ahead of any body parser: the signature is over the bytes. */
  readonly middleware: RequestHandler = async (request, response) => {
    try {
      await this.receive(request, response);
    } catch (thrown) {
      if (thrown instanceof RefusedRequest) this.parts.observer.refused(thrown.reason);
      throw thrown;
    }
  };

  private async receive(request: Request, response: Response): Promise<void> {
    const contentType = request.headers['content-type'] ?? '';
    const bytes = await readBody(request);
    if (isSslCheck(contentType, bytes)) {
      response.status(200).end();
      return;
    }
    const timestamp = this.prove(request, bytes);
    const body = parseBody(contentType, bytes);
    this.refuseReplay(request, timestamp, body);
    if (body['type'] === 'url_verification') {
      response.json({ challenge: textOf(body, 'challenge') ?? '' });
    } else if (this.parts.runningAsks.accepting) {
      await this.dispatch(request, response, body);
    } else {
      await this.turnAway(response, body);
    }
  }

  private prove(request: Request, body: Buffer): string {
    const timestamp = header(request, 'x-slack-request-timestamp');
    const signed = { signature: header(request, 'x-slack-signature'), timestamp, body };
    const problem = signatureProblem(signed, this.parts.signingSecret, Date.now());
    if (problem !== undefined) throw new RefusedRequest(problem, 401);
    return timestamp ?? '';
  }

  private refuseReplay(request: Request, timestamp: string, body: Json): void {
    const repeatable = body['type'] === 'event_callback' || body['type'] === 'url_verification';
    const signature = header(request, 'x-slack-signature') ?? '';
    if (this.replays.isReplay(signature, { timestamp, repeatable }))
      throw new RefusedRequest('replayed', 401);
  }

  /** Slack delivers an event again; a command or a shortcut is gone, so the person is told. */
  private async turnAway(response: Response, body: Json): Promise<void> {
    const address = noticeAddress(body);
    if (address === undefined) throw new RefusedRequest('shutting_down', 503);
    response.status(200).end();
    await sendRestartNotice(address, this.parts);
  }

  private async dispatch(request: Request, response: Response, body: Json): Promise<void> {
    const retryNum = Number(header(request, 'x-slack-retry-num') ?? 0);
    const retryReason = header(request, 'x-slack-retry-reason');
    await this.parts.dispatcher.dispatch({
      body,
      acknowledge: (answer) => acknowledge(response, answer),
      ...(retryNum > 0 ? { retryNum } : {}),
      ...(retryReason === undefined ? {} : { retryReason }),
    });
    // A command that nobody handles.
    if (!response.headersSent) response.status(404).end();
  }
}

function acknowledge(response: Response, answer: unknown): void {
  if (response.headersSent) return;
  if (answer === undefined || answer === '') response.status(200).end();
  else if (typeof answer === 'string') response.status(200).type('text/plain').send(answer);
  else response.status(200).json(answer);
}

function header(request: Request, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
