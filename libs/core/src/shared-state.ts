import type { ConversationLimits, ConversationStore } from './conversation';
import type { DeliveryClaims } from './delivery-claims';
import type { DependencyStatus } from './dependency';
import type { JoinedThreads } from './joined-threads';
import { ModelPlaces } from './model-places';
import type { RateLimit, RateRule } from './rate-limit';

/**
 * Port: makes state that lives in this process common to all replicas. What it hands out goes on with the local state
 * it was given whenever the others cannot be reached.
 */
export abstract class SharedState {
  /** Status of the store. */
  abstract status(): DependencyStatus;

  abstract conversations(local: ConversationStore, limits: ConversationLimits): ConversationStore;

  abstract claims(local: DeliveryClaims): DeliveryClaims;

  abstract threads(local: JoinedThreads): JoinedThreads;

  abstract rateLimit(rule: RateRule, local: RateLimit): RateLimit;

  /** All replicas together have `maxInFlight` places. */
  abstract modelPlaces(maxInFlight: number): ModelPlaces;
}

/** One replica, which shares nothing. */
export class Unshared extends SharedState {
  status(): DependencyStatus {
    return { name: 'store', state: 'up', detail: 'Conversations are kept in this process.' };
  }

  conversations(local: ConversationStore): ConversationStore {
    return local;
  }

  claims(local: DeliveryClaims): DeliveryClaims {
    return local;
  }

  threads(local: JoinedThreads): JoinedThreads {
    return local;
  }

  rateLimit(_rule: RateRule, local: RateLimit): RateLimit {
    return local;
  }

  modelPlaces(): ModelPlaces {
    return new PlacesForAll();
  }
}

class PlacesForAll extends ModelPlaces {
  take(): Promise<number> {
    return Promise.resolve(0);
  }

  giveBack(): Promise<void> {
    return Promise.resolve();
  }
}
