import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import {
  type ConversationLimits,
  type ConversationStore,
  type DeliveryClaims,
  type DependencyStatus,
  type JoinedThreads,
  type ModelPlaces,
  type RateLimit,
  type RateRule,
  SharedState,
  StoreObserver,
} from '@jamie/core';
import { Membership } from './membership';
import { RedisConnection } from './redis-connection';
import type { RedisSettings } from './redis-options';
import { SharedClaims } from './shared-claims';
import { SharedConversations } from './shared-conversations';
import { SharedJoinedThreads } from './shared-joined-threads';
import { SharedModelPlaces } from './shared-model-places';
import { SharedRateLimit } from './shared-rate-limit';

/** State of all replicas in one Redis. Whatever becomes of Redis, local state is used meanwhile. */
@Injectable()
export class RedisSharedState extends SharedState implements OnModuleInit, OnApplicationShutdown {
  private readonly connection: RedisConnection;
  private readonly membership: Membership;

  constructor(
    private readonly settings: RedisSettings,
    private readonly observer: StoreObserver,
  ) {
    super();
    this.connection = new RedisConnection(settings, observer);
    this.membership = new Membership(this.connection, settings);
  }

  /** Nothing is taken before it is known whether there are others. */
  async onModuleInit(): Promise<void> {
    await this.connection.open();
    new Logger('Redis').log(`This is replica ${this.membership.id}`);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.membership.leave();
    this.connection.close();
  }

  status(): DependencyStatus {
    return this.connection.status();
  }

  conversations(local: ConversationStore, limits: ConversationLimits): ConversationStore {
    const shared = new SharedConversations(this.connection, local, limits);
    this.membership.onChange(() => shared.catchUp());
    return shared;
  }

  claims(local: DeliveryClaims): DeliveryClaims {
    const { connection, membership, settings, observer } = this;
    return new SharedClaims({ connection, membership, settings, observer }, local);
  }

  threads(local: JoinedThreads): JoinedThreads {
    return new SharedJoinedThreads(this.connection, local);
  }

  rateLimit(rule: RateRule, local: RateLimit): RateLimit {
    return new SharedRateLimit(this.connection, rule, local);
  }

  modelPlaces(maxInFlight: number): ModelPlaces {
    return new SharedModelPlaces(this.connection, this.membership, this.settings, maxInFlight);
  }
}
