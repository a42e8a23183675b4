import { App, HTTPReceiver, LogLevel, SocketModeReceiver, type Logger, type Receiver } from '@slack/bolt';
import type { SlackStandIn } from './slack-stand-in';

const ignore = (): void => undefined;

const silent: Logger = {
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  setLevel: ignore,
  setName: ignore,
  getLevel: () => LogLevel.ERROR,
};

export interface BoltBot {
  readonly app: App;
  readonly url: string;
  stop(): Promise<void>;
  /** Lets the next reconnect happen at once: the SDK of this version waits five seconds before it. */
  hurryReconnect(): void;
}

/** Registers what the bot does; called before it starts. */
export type Behaviour = (app: App) => void;

/** A bot made with the real Bolt, as its documentation shows it. */
export async function boltOverHttp(slack: SlackStandIn, behave: Behaviour): Promise<BoltBot> {
  const receiver = new HTTPReceiver({ signingSecret: slack.app.signingSecret, logger: silent });
  const app = appWith(slack, receiver);
  behave(app);
  const server = await receiver.start(0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = `http://127.0.0.1:${port}/slack/events`;
  slack.deliverTo(url);
  const stop = async (): Promise<void> => {
    if ('closeAllConnections' in server) server.closeAllConnections();
    await receiver.stop();
  };
  return { app, url, stop, hurryReconnect: () => undefined };
}

export async function boltOverSockets(slack: SlackStandIn, behave: Behaviour): Promise<BoltBot> {
  const receiver = new SocketModeReceiver({
    appToken: slack.app.appToken,
    logger: silent,
    installerOptions: { clientOptions: { slackApiUrl: slack.apiUrl } },
  });
  const app = appWith(slack, receiver);
  behave(app);
  await receiver.start();
  const { client } = receiver;
  const hurryReconnect = (): void => {
    Object.assign(client, { clientPingTimeoutMS: 20 });
    client.once('reconnecting', () => Object.assign(client, { clientPingTimeoutMS: 5_000 }));
  };
  return { app, url: '', stop: () => client.disconnect(), hurryReconnect };
}

function appWith(slack: SlackStandIn, receiver: Receiver): App {
  const { botToken, botId, userId } = slack.app;
  return new App({
    receiver,
    logger: silent,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
    authorize: async () => ({ botToken, botId, botUserId: userId }),
  });
}

/** Answers each mention and each command once, in its place, whatever is delivered twice. */
export const honest: Behaviour = (app) => {
  const answered = new Set<string>();
  app.error(async () => undefined);
  app.event('app_mention', async ({ event, client }) => {
    if (answered.has(event.ts) || event.bot_id !== undefined) return;
    answered.add(event.ts);
    await client.apiCall('chat.postMessage', {
      channel: event.channel,
      thread_ts: event.thread_ts ?? event.ts,
      text: 'It is the database.',
      unfurl_links: false,
      unfurl_media: false,
    });
  });
  app.command('/ask-jamie', async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'It is the database.' });
  });
};
