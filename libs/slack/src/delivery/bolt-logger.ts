import { Logger } from '@nestjs/common';
import { LogLevel, type webApi } from '@slack/bolt';

type SdkLogger = NonNullable<webApi.WebClientOptions['logger']>;

/**
 * What Slack's SDK says, at debug level: every failure is handled, and told, by whoever called. Its own debug messages
 * hold whole requests and are dropped.
 */
export function sdkLogger(): SdkLogger {
  const logger = new Logger('SlackSdk');
  const say = (...messages: unknown[]): void => {
    const words = messages.filter((message) => typeof message === 'string');
    logger.debug(words.join(' ').slice(0, 200));
  };
  return {
    debug: () => undefined,
    info: say,
    warn: say,
    error: say,
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}
