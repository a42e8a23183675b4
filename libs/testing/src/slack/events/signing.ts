import { createHmac } from 'node:crypto';

/** docs.slack.dev, verifying requests from Slack: v0 over the raw bytes of the body. */
function signature(secret: string, timestamp: string, body: Buffer): string {
  const hmac = createHmac('sha256', secret);
  hmac.update(`v0:${timestamp}:`);
  hmac.update(body);
  return `v0=${hmac.digest('hex')}`;
}

export function signedHeaders(secret: string, body: Buffer, offsetSeconds = 0): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1_000) + offsetSeconds);
  return {
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': signature(secret, timestamp, body),
  };
}
