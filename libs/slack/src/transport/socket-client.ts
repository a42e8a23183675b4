import { SocketModeClient } from '@slack/socket-mode';
import { type Json, isJson, textOf } from '../fields';

/** Emitted when Slack is about to close the connection, which serves until then. */
export const renewalEvent = 'renewal';

/**
 * Slack's client, deaf to frames that would end the process: version 2.0.7 fails over events without an inner event,
 * such as `app_rate_limited`, outside of anybody's reach (https://github.com/slackapi/node-slack-sdk/issues/2771).
 */
export class GuardedSocketClient extends SocketModeClient {
  /** Of the last `disconnect` frame, https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect */
  disconnectReason: string | undefined;

  protected override async onWebSocketMessage(
    ...[data, isBinary]: Parameters<SocketModeClient['onWebSocketMessage']>
  ): Promise<void> {
    const frame = isBinary ? undefined : parse(textFrom(data));
    if (frame === undefined) return;
    if (frame['type'] === 'disconnect') {
      this.disconnectReason = textOf(frame, 'reason');
      if (isRenewal(this.disconnectReason)) {
        // Slack's client would close at once, and with it lose what is still on its way. Slack closes by itself.
        this.emit(renewalEvent);
        return;
      }
    }
    const payload = frame['payload'];
    if (frame['type'] === 'events_api' && !(isJson(payload) && isJson(payload['event']))) return;
    await super.onWebSocketMessage(data, isBinary);
  }
}

function isRenewal(reason: string | undefined): boolean {
  return reason === 'warning' || reason === 'refresh_requested';
}

function textFrom(data: unknown): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : '';
}

function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
