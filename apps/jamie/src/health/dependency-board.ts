import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type DependencyStatus, LanguageModel } from '@jamie/core';
import { ScrapedLevels } from '@jamie/metrics';

/** What Jamie depends on, and how it is. */
@Injectable()
export class DependencyBoard implements OnModuleInit {
  constructor(
    private readonly model: LanguageModel,
    private readonly levels: ScrapedLevels,
  ) {}

  onModuleInit(): void {
    this.levels.readDependenciesFrom(() => this.statuses());
  }

  statuses(): readonly DependencyStatus[] {
    return [
      this.model.status(),
      { name: 'slack', state: 'off', detail: 'Slack is switched off: no bot token is set.' },
      { name: 'store', state: 'up', detail: 'Conversations are kept in this process.' },
    ];
  }
}
