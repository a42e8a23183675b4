import { type AppOptions, LogLevel, type Receiver } from '@slack/bolt';
import { sdkLogger } from '../delivery/bolt-logger';
import type { ActiveSlackOptions } from '../slack-options';

/**
 * Everything that nestjs-slack-bolt would otherwise read from the environment, and everything that Bolt would otherwise
 * ask Slack for while an event waits for its acknowledgement.
 */
export function boltOptions(options: ActiveSlackOptions, receiver: Receiver): AppOptions {
  return {
    receiver,
    token: options.botToken,
    signingSecret: '',
    appToken: '',
    socketMode: false,
    tokenVerificationEnabled: false,
    // Not known yet, and looked up elsewhere; given, so that Bolt does not ask at every event.
    botId: 'unknown',
    botUserId: 'unknown',
    // Jamie's own messages are left out when they arrive, edits and deletions of them as well.
    ignoreSelf: false,
    convoStore: false,
    attachFunctionToken: false,
    logger: sdkLogger(),
    logLevel: LogLevel.INFO,
    clientOptions: { slackApiUrl: options.apiUrl },
  };
}
