import type { DependencyStatus } from '@jamie/core';
import type { RequestHandler } from 'express';

/** The application's view of Slack, whether it is switched on or not. */
export abstract class SlackGate {
  /** Answers `POST /slack/events`; to be mounted ahead of any body parser. Undefined unless Slack speaks over HTTP. */
  abstract readonly middleware: RequestHandler | undefined;

  /** What is known now, without asking Slack. */
  abstract status(): DependencyStatus;

  /** Begins to connect, once everything else is ready. Never waits for Slack. */
  abstract open(): void;

  /** Takes nothing new from now on; what is being answered goes on. */
  abstract stopTaking(): Promise<void>;
}

/** No bot token is set. */
export class SlackOff extends SlackGate {
  readonly middleware = undefined;

  status(): DependencyStatus {
    return { name: 'slack', state: 'off', detail: 'Slack is switched off: no bot token is set.' };
  }

  open(): void {
    // Nothing to connect to.
  }

  stopTaking(): Promise<void> {
    return Promise.resolve();
  }
}
