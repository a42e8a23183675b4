import { Controller, Get, Res } from '@nestjs/common';
import { HealthCheckService, type HealthCheckResult, HealthIndicatorService } from '@nestjs/terminus';
import type { Response } from 'express';
import { Lifecycle } from '../lifecycle/lifecycle';
import { version } from '../package-root';
import { errorBody } from '../http/errors';
import { requestIdOf } from '../http/request-id';
import { DependencyBoard } from './dependency-board';

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
  summary(): Promise<HealthCheckResult> {
    return this.health.check([() => this.alive(), ...this.dependencies()]);
  }

  @Get('live')
  live(): Promise<HealthCheckResult> {
    return this.health.check([() => this.alive()]);
  }

  @Get('ready')
  async ready(@Res() response: Response): Promise<void> {
    const result = await this.health.check([() => this.alive(), ...this.dependencies()]);
    const { state } = this.lifecycle;
    if (state === 'ready') {
      response.json(result);
      return;
    }
    const message = state === 'starting' ? 'Jamie is starting.' : 'Jamie is shutting down.';
    const failure = errorBody({ status: 503, message }, requestIdOf(response));
    response.status(503).json({ ...failure, ...result, status: 'error' });
  }

  private alive() {
    return this.indicator.check('process').up({ version, uptimeSeconds: Math.round(process.uptime()) });
  }

  /** Always "up" to Terminus, which would answer 503 otherwise; the true state stands beside it. */
  private dependencies() {
    return this.board.statuses().map(
      ({ name, state, detail }) =>
        () =>
          this.indicator.check(name).up({ state, detail }),
    );
  }
}
