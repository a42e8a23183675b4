import { type DynamicModule, Module } from '@nestjs/common';
import { SharedState, StoreObserver } from '@jamie/core';
import { type RedisOptions, settingsOf } from './redis-options';
import type * as State from './redis-shared-state';

/** Provides `SharedState`. Needs a `StoreObserver` from a global module. */
@Module({})
export class RedisModule {
  static forRoot(options: RedisOptions): DynamicModule {
    // Read from disk only when there is a Redis: its client costs start-up time and memory.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what require returns is not typed
    const { RedisSharedState } = require('./redis-shared-state') as typeof State;
    const state = {
      provide: SharedState,
      useFactory: (observer: StoreObserver) => new RedisSharedState(settingsOf(options), observer),
      inject: [StoreObserver],
    };
    return { module: RedisModule, providers: [state], exports: [SharedState] };
  }
}
