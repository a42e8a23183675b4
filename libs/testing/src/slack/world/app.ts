import type { Features } from '../options';
import { manifestScopes, manifestSubscriptions } from './cast';

/** How a token is answered: an error word of docs.slack.dev, or it works. */
export type TokenState = 'valid' | 'token_revoked' | 'invalid_auth' | 'account_inactive' | 'token_expired';

/** The app under test, as Slack knows it. */
export class InstalledApp {
  readonly id = 'A0JAMIE';
  readonly userId = 'U0JAMIE';
  readonly botId = 'B0JAMIE';
  readonly botToken = 'xoxb-stand-in-bot';
  readonly appToken = 'xapp-stand-in-app';
  readonly signingSecret = 'stand-in-signing-secret';
  readonly verificationToken = 'stand-in-verification';
  readonly appScopes: ReadonlySet<string> = new Set(['connections:write']);
  readonly scopes: Set<string>;
  readonly subscriptions: Set<string>;
  /** Scopes without which something that has happened could not have happened. */
  readonly exercised = new Set<string>();
  tokenState: TokenState = 'valid';
  appTokenState: TokenState = 'valid';
  features: Features;

  constructor(options: {
    readonly scopes?: readonly string[];
    readonly subscriptions?: readonly string[];
    readonly features?: Partial<Features>;
  }) {
    this.scopes = new Set(options.scopes ?? manifestScopes);
    this.subscriptions = new Set(options.subscriptions ?? manifestSubscriptions);
    this.features = { sessions: 'on', assistant: 'on', streams: 'on', ...options.features };
  }
}
