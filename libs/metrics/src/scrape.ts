import { Controller, Get, Inject, Injectable, Res } from '@nestjs/common';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import type { DependencyStatus } from '@jamie/core';
import type { Response } from 'express';
import { Registry } from 'prom-client';
import type { Metrics } from './catalogue';
import { METRICS, REGISTRY } from './metrics-options';

/** Levels that are read when somebody scrapes, not recorded when they change. */
@Injectable()
export class ScrapedLevels {
  private dependencies: () => readonly DependencyStatus[] = () => [];

  constructor(
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(REGISTRY) readonly registry: Registry,
  ) {}

  readDependenciesFrom(read: () => readonly DependencyStatus[]): void {
    this.dependencies = read;
  }

  refresh(): void {
    for (const { name, state } of this.dependencies()) {
      if (state === 'off') this.metrics.dependencyUp.remove({ dependency: name });
      else this.metrics.dependencyUp.set({ dependency: name }, state === 'up' ? 1 : 0);
    }
  }
}

/**
 * Text format 0.0.4 only: rendering OpenMetrics once makes prom-client 15 drop `_total` from the text format for good
 * (https://github.com/prometheus/client_js/pull/829), so nothing is negotiated.
 */
@Controller()
export class MetricsController extends PrometheusController {
  constructor(private readonly levels: ScrapedLevels) {
    super();
  }

  @Get()
  override index(@Res({ passthrough: true }) response: Response): Promise<string> {
    this.levels.refresh();
    const { registry } = this.levels;
    response.header('content-type', registry.contentType);
    return registry.metrics();
  }
}
