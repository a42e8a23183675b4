import { Controller, Get, Res } from '@nestjs/common';
import { HealthCheckService, type HealthCheckResult, HealthIndicatorService } from '@nestjs/terminus';
import type { DependencyStatus } from '@jamie/core';
import type { Response } from 'express';
import { Lifecycle } from '../lifecycle/lifecycle';
import { version } from '../package-root';
import { errorBody } from '../http/errors';
import { requestIdOf } from '../http/request-id';
import { DependencyBoard } from './dependency-board';

type Dependencies = Readonly<Record<string, Pick<DependencyStatus, 'state' | 'detail'>>>;
type Health = HealthCheckResult & { readonly dependencies: Dependencies };

/**
 * Alive is the process; ready is its willingness to take traffic. Dependencies are told, and change neither: Jamie
 * answers from runbooks without a model, and removing it from its Service would only hide that.
 */
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicator: HealthIndicatorService,
    private readonly lifecycle: Lifecycle,
    private readonly board: DependencyBoard,
  ) {}

  @Get()
  async summary(): Promise<Health> {
    return { ...(await this.live()), dependencies: this.dependencies() };
  }

  @Get('live')
  live(): Promise<HealthCheckResult> {
    const facts = { version, uptimeSeconds: Math.round(process.uptime()) };
    return this.health.check([() => this.indicator.check('process').up(facts)]);
  }

  @Get('ready')
  async ready(@Res() response: Response): Promise<void> {
    const { state } = this.lifecycle;
    if (state === 'ready') {
      response.json(await this.summary());
      return;
    }
    const message = state === 'starting' ? 'Jamie is starting.' : 'Jamie is shutting down.';
    const failure = errorBody({ status: 503, message }, requestIdOf(response));
    response.status(503).json({ ...failure, status: 'error', dependencies: this.dependencies() });
  }

  private dependencies(): Dependencies {
    return Object.fromEntries(
      this.board.statuses().map(({ name, state, detail }) => [name, { state, detail }]),
    );
  }
}
