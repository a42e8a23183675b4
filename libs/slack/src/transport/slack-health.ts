import { Inject, Injectable, Logger } from '@nestjs/common';
import { type DependencyStatus, SlackObserver } from '@jamie/core';
import { type ActiveSlackOptions, SLACK_OPTIONS } from '../slack-options';
import { neededScopes } from './scopes';

/** Slack takes this token no more; only a person can change that. https://docs.slack.dev/reference/methods/auth.test#errors */
const deadTokens = new Set([
  'account_inactive',
  'invalid_auth',
  'not_authed',
  'token_expired',
  'token_revoked',
  'user_removed_from_team',
  'team_disabled',
]);

/** What is known of the way to Slack. */
@Injectable()
export class SlackHealth {
  private readonly logger = new Logger('Slack');
  private connected = false;
  private dead = false;
  private detail = 'Not connected yet.';
  private missing: readonly string[] = [];

  constructor(
    @Inject(SLACK_OPTIONS) private readonly options: ActiveSlackOptions,
    private readonly observer: SlackObserver,
  ) {
    observer.connectionChanged(options.mode, false);
  }

  status(): DependencyStatus {
    const detail = this.missing.length === 0 ? this.detail : `${this.detail} ${this.lack()}`;
    return { name: 'slack', state: this.connected ? 'up' : 'down', detail };
  }

  up(detail: string): void {
    this.dead = false;
    this.change(true, detail);
  }

  down(detail: string): void {
    this.change(false, detail);
  }

  /** To be told of every refusal: a dead token is reported once, and ends the connection. */
  refused(code: string): void {
    if (!deadTokens.has(code) || this.dead) return;
    this.dead = true;
    this.logger.error(
      `Slack does not take the token any more (${code}): install the app again and set the new token.`,
    );
    this.change(false, `Slack does not take the token any more (${code}).`);
  }

  /** To be told of what Slack says, with every answer, that the app may do. What it may not do is reported once. */
  mayDo(scopes: readonly string[]): void {
    const missing = neededScopes.filter((scope) => !scopes.includes(scope));
    if (missing.join() === this.missing.join()) return;
    this.missing = missing;
    if (missing.length === 0) this.logger.log('The Slack app has every permission that Jamie needs.');
    else this.logger.warn(this.lack());
  }

  /** Whether it is known that the app may not do this. */
  lacks(scope: string): boolean {
    return this.missing.includes(scope);
  }

  static isDeadToken(code: string): boolean {
    return deadTokens.has(code);
  }

  private lack(): string {
    return `The Slack app lacks ${this.missing.join(', ')}: compare it with slack/manifest.json and install it again. docs/slack.md says what each is for.`;
  }

  private change(connected: boolean, detail: string): void {
    this.detail = detail;
    if (connected === this.connected) return;
    this.connected = connected;
    this.observer.connectionChanged(this.options.mode, connected);
    this.logger.log(connected ? `Connected to Slack: ${detail}` : `Not connected to Slack: ${detail}`);
  }
}
