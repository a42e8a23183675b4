import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type DependencyStatus, LanguageModel, SharedState } from '@jamie/core';
import { ScrapedLevels } from '@jamie/metrics';
import { SlackGate } from '@jamie/slack';

/** What Jamie depends on, and how it is. */
@Injectable()
export class DependencyBoard implements OnModuleInit {
  constructor(
    private readonly model: LanguageModel,
    private readonly slack: SlackGate,
    private readonly shared: SharedState,
    private readonly levels: ScrapedLevels,
  ) {}

  onModuleInit(): void {
    this.levels.readDependenciesFrom(() => this.statuses());
  }

  statuses(): readonly DependencyStatus[] {
    return [this.model.status(), this.slack.status(), this.shared.status()];
  }
}
