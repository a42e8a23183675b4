import { SocketModeClient } from '@slack/socket-mode';
import { type Json, isJson, textOf } from '../fields';

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
    if (frame['type'] === 'disconnect') this.disconnectReason = textOf(frame, 'reason');
    const payload = frame['payload'];
    if (frame['type'] === 'events_api' && !(isJson(payload) && isJson(payload['event']))) return;
    await super.onWebSocketMessage(data, isBinary);
  }
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
