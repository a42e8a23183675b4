import { Inject, Injectable } from '@nestjs/common';
import type { SlackRefusalReason } from '@jamie/core';
import { LRUCache } from 'lru-cache';
import { isClosed } from '../delivery/place';
import { SlackApi } from '../delivery/slack-api';
import { SlackCallError } from '../delivery/slack-call-error';
import { type Json, objectOf, textOf } from '../fields';
import { type ActiveSlackOptions, SLACK_OPTIONS } from '../slack-options';
import { IdentityCheck } from '../transport/identity';
import type { Ask } from './ask';

type PolicyReason = Extract<
  SlackRefusalReason,
  'foreign_workspace' | 'stranger' | 'guest' | 'shared_channel' | 'unknown_channel' | 'unknown_person'
>;

const maxKnown = 5000;
const knownForMs = 600_000;

/** Decides whose questions are answered, and where. What cannot be found out counts as no. */
@Injectable()
export class Admittance {
  private readonly people = new LRUCache<string, Json>({ max: maxKnown, ttl: knownForMs });
  private readonly sharing = new LRUCache<string, boolean>({ max: maxKnown, ttl: knownForMs });

  constructor(
    private readonly api: SlackApi,
    private readonly identity: IdentityCheck,
    @Inject(SLACK_OPTIONS) private readonly options: ActiveSlackOptions,
  ) {}

  /** Undefined: this person is answered in this place. */
  async refusal(ask: Ask): Promise<PolicyReason | undefined> {
    const { teamId } = await this.identity.identity();
    if (ask.teamId !== teamId) return 'foreign_workspace';
    const { allowExternal, allowGuests } = this.options;
    if (ask.authorTeamId !== undefined && !allowExternal) return 'stranger';
    const shared = !allowExternal && (await this.isShared(ask));
    if (shared !== false) return shared === true ? 'shared_channel' : 'unknown_channel';
    if (allowExternal && allowGuests) return undefined;
    const person = await this.person(ask.userId);
    if (person === undefined) return 'unknown_person';
    if (!allowExternal && isStranger(person, teamId)) return 'stranger';
    return !allowGuests && isGuest(person) ? 'guest' : undefined;
  }

  private async person(user: string): Promise<Json | undefined> {
    const known = this.people.get(user);
    if (known !== undefined) return known;
    try {
      const read = (fields: Json) => objectOf(fields, 'user');
      const person = await this.api.insist({ method: 'users.info', args: { user }, read });
      this.people.set(user, person);
      return person;
    } catch (thrown) {
      if (thrown instanceof SlackCallError) return undefined;
      throw thrown;
    }
  }

  /** Undefined when Slack does not tell. Commands and shortcuts do not say; a command's answer is for the asker alone. */
  private async isShared({ kind, direct, channelId, sharedChannel }: Ask): Promise<boolean | undefined> {
    if (sharedChannel !== undefined) return sharedChannel;
    if (direct || kind === 'command') return false;
    const known = this.sharing.get(channelId);
    if (known !== undefined) return known;
    try {
      const read = (fields: Json) => objectOf(fields, 'channel');
      const channel = await this.api.insist({
        method: 'conversations.info',
        args: { channel: channelId },
        read,
      });
      const shared = channel['is_ext_shared'] === true || channel['is_pending_ext_shared'] === true;
      this.sharing.set(channelId, shared);
      return shared;
    } catch (thrown) {
      if (!(thrown instanceof SlackCallError)) throw thrown;
      // Where Jamie is no member nothing is posted either.
      return isClosed(thrown) ? false : undefined;
    }
  }
}

/** https://docs.slack.dev/reference/objects/user-object */
function isStranger(person: Json, teamId: string): boolean {
  const team = textOf(person, 'team_id');
  return person['is_stranger'] === true || (team !== undefined && team !== teamId);
}

function isGuest(person: Json): boolean {
  return person['is_restricted'] === true || person['is_ultra_restricted'] === true;
}
