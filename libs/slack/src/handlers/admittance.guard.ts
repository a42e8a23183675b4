import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Admittance } from '../asks/admittance';
import { Participation } from '../asks/participation';
import { teamOf } from '../asks/read-ask';
import { textOf } from '../fields';
import { IdentityCheck } from '../transport/identity';
import { admittedIn, argumentsOf } from './handler-arguments';
import { NotForJamie, RefusedAsk } from './refusals';

/** Lets through what was said to Jamie, by somebody whom Jamie answers. */
@Injectable()
export class AdmittanceGuard implements CanActivate {
  constructor(
    private readonly identity: IdentityCheck,
    private readonly participation: Participation,
    private readonly admittance: Admittance,
  ) {}

  /** Throws NotForJamie or RefusedAsk. */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const given = argumentsOf(context);
    const { ask } = admittedIn(given);
    const { appId, teamId } = await this.identity.identity();
    const app = textOf(given.body, 'api_app_id');
    if (appId !== undefined && app !== undefined && app !== appId) throw new RefusedAsk('foreign_app');
    if (ask === undefined) {
      if (teamOf(given.body) !== teamId) throw new RefusedAsk('foreign_workspace');
      return true;
    }
    if (ask.unaddressed && !(await this.participation.takesPart(ask))) throw new NotForJamie();
    const reason = await this.admittance.refusal(ask);
    if (reason !== undefined) throw new RefusedAsk(reason, ask);
    await this.participation.joined(ask);
    return true;
  }
}
