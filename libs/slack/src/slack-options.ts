export interface SlackSettings {
  readonly botToken: string;
  /** Slack's Web API; addresses that Slack hands out are called only on slack.com and on this host. */
  readonly apiUrl: string;
  /** Shown in the Home tab. */
  readonly version: string;
  /** Hosts whose links stay links in answers, with everything below them. */
  readonly linkHosts: readonly string[];
  /** Whether guests of the workspace are answered. */
  readonly allowGuests: boolean;
  /** Whether people of other organisations, and channels shared with them, are answered. */
  readonly allowExternal: boolean;
  /** Folder for the journal of asks that are being answered; made when it does not exist. */
  readonly stateDirectory: string;
}

export type SlackOptions =
  | { readonly mode: 'off' }
  | ({ readonly mode: 'socket'; readonly appToken: string } & SlackSettings)
  | ({ readonly mode: 'http'; readonly signingSecret: string } & SlackSettings);

/** What the bot is given when Slack is on. */
export type ActiveSlackOptions = Exclude<SlackOptions, { mode: 'off' }>;

export const SLACK_OPTIONS = Symbol('SLACK_OPTIONS');
