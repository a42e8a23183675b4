import { RunbookObserver, RunbookSearch } from '@jamie/core';
import { type DynamicModule, Module } from '@nestjs/common';
import type { KnowledgeOptions } from './knowledge-options';
import { RunbookLibrary } from './runbook-library';

/** Provides `RunbookSearch`, loaded before the application is ready. Needs a `RunbookObserver` from a global module. */
@Module({})
export class KnowledgeModule {
  static forRoot(options: KnowledgeOptions): DynamicModule {
    return {
      module: KnowledgeModule,
      providers: [
        {
          provide: RunbookSearch,
          useFactory: (observer: RunbookObserver) => new RunbookLibrary(options, observer),
          inject: [RunbookObserver],
        },
      ],
      exports: [RunbookSearch],
    };
  }
}
