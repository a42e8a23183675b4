import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { DependencyStatus } from '@jamie/core';
import type { RequestHandler } from 'express';
import { Recovery } from '../asks/recovery';
import { SlackApi } from '../delivery/slack-api';
import { SlackGate } from '../slack-gate';
import { HttpReceiver } from '../transport/http-receiver';
import { IdentityCheck } from '../transport/identity';
import { SlackHealth } from '../transport/slack-health';
import { SocketReceiver } from '../transport/socket-receiver';

export const SLACK_RECEIVER = Symbol('SLACK_RECEIVER');

/** What tells of, and ends, the calls to Slack. */
@Injectable()
export class GatewayHealth {
  constructor(
    readonly slack: SlackHealth,
    readonly api: SlackApi,
  ) {}
}

/** Opens and closes the way to Slack. */
@Injectable()
export class SlackGateway extends SlackGate implements OnApplicationShutdown {
  readonly middleware: RequestHandler | undefined;
  private readonly stopped = new AbortController();

  constructor(
    @Inject(SLACK_RECEIVER) private readonly receiver: HttpReceiver | SocketReceiver,
    private readonly identity: IdentityCheck,
    private readonly recovery: Recovery,
    private readonly health: GatewayHealth,
  ) {
    super();
    this.middleware = receiver instanceof HttpReceiver ? receiver.middleware : undefined;
  }

  status(): DependencyStatus {
    return this.health.slack.status();
  }

  open(): void {
    void this.connect();
  }

  stopTaking(): Promise<void> {
    this.stopped.abort();
    this.identity.close();
    return this.receiver.stop();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    this.identity.close();
    this.health.api.close();
    await this.receiver.stop();
  }

  private async connect(): Promise<void> {
    if (this.receiver instanceof SocketReceiver) this.receiver.open();
    const identity = await this.identity.establish();
    if (identity === undefined) return;
    if (this.receiver instanceof HttpReceiver) this.health.slack.up('HTTP, events at POST /slack/events.');
    await this.recovery.run(identity, this.stopped.signal);
  }
}
