import { Injectable, Logger } from '@nestjs/common';
import type { SlackCallError } from './slack-call-error';

/** What a workspace, or the way the app was installed, may lack. */
export type Feature = 'streams' | 'status' | 'sessions' | 'titles' | 'feedback';

const absent = new Set([
  'unknown_method',
  'feature_not_enabled',
  'feature_disabled',
  'not_allowed_token_type',
  'missing_scope',
  'method_deprecated',
  'access_denied',
  'team_not_eligible',
]);
const askAgainMs = 6 * 3_600_000;

/** Remembers what does not work here, so that it is not tried at every answer. */
@Injectable()
export class Features {
  private readonly logger = new Logger('Slack');
  private readonly offUntilMs = new Map<Feature, number>();

  has(feature: Feature): boolean {
    return (this.offUntilMs.get(feature) ?? 0) <= Date.now();
  }

  /** Whether the error says that the feature is not there. From then on it is not used, for some hours. */
  isAbsent(feature: Feature, error: SlackCallError): boolean {
    if (!absent.has(error.code)) return false;
    this.turnOff(feature, error);
    return true;
  }

  turnOff(feature: Feature, error: SlackCallError): void {
    if (this.has(feature))
      this.logger.log(`Slack offers no ${feature} here (${error.code}); Jamie does without.`);
    this.offUntilMs.set(feature, Date.now() + askAgainMs);
  }
}
