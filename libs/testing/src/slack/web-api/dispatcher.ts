import type { Json } from '../json';
import type { ApiCall } from '../journal';
import type { Platform } from '../platform';
import { tiers, type Refusal } from '../rate-limits';
import { missingScope } from './access';
import { ApiError, invalidArguments } from './api-error';
import { Arguments } from './arguments';
import type { Method } from './method';
import { deprecatedMethods, methods } from './methods';
import type { ApiRequest } from './request';

export interface ApiAnswer {
  readonly body: Json;
  readonly refusal?: Refusal;
}

/** Judges one call and does its work, in Slack's order of checks. */
export class Dispatcher {
  constructor(private readonly slack: Platform) {}

  async answer(call: ApiCall, request: ApiRequest): Promise<ApiAnswer> {
    const method = methods.get(call.method);
    if (method === undefined) return this.#unknown(call.method);
    try {
      const args = new Arguments(request.args);
      this.#authorize(method, request.token);
      const refusal = this.slack.rateLimits.take(this.#limitsOf(method, args));
      if (refusal !== undefined) return { body: { ok: false, error: 'ratelimited' }, refusal };
      this.#checkArguments(method, request);
      const fields = await method.run({ args, slack: this.slack });
      return { body: { ok: true, ...warned(fields, request.warning) } };
    } catch (error) {
      if (error instanceof ApiError) return { body: { ok: false, error: error.code, ...error.details } };
      throw error;
    }
  }

  /** docs.slack.dev, Web API: which scopes the token has and which the method takes. */
  headers(name: string, token: string | undefined): Record<string, string> {
    const scopes = token === this.slack.app.appToken ? this.slack.app.appScopes : this.slack.app.scopes;
    return {
      'content-type': 'application/json; charset=utf-8',
      'x-slack-req-id': this.slack.random.id('').toLowerCase(),
      'x-oauth-scopes': [...scopes].join(','),
      'x-accepted-oauth-scopes': methods.get(name)?.scopes.join(',') ?? '',
    };
  }

  #unknown(name: string): ApiAnswer {
    const id = deprecatedMethods.has(name) ? 'api.deprecated-method' : 'api.unknown-method';
    this.slack.journal.violation(id, name);
    const error = deprecatedMethods.has(name) ? 'method_deprecated' : 'unknown_method';
    return { body: { ok: false, error, req_method: name } };
  }

  #authorize(method: Method, token: string | undefined): void {
    const { app } = this.slack;
    if (token === undefined) throw new ApiError('not_authed');
    const kind = token === app.botToken ? 'bot' : token === app.appToken ? 'app' : undefined;
    if (kind === undefined) throw new ApiError('invalid_auth');
    const state = kind === 'bot' ? app.tokenState : app.appTokenState;
    if (state !== 'valid') throw new ApiError(state);
    if (method.token !== undefined && method.token !== kind) throw new ApiError('not_allowed_token_type');
    this.#checkFeature(method);
    const scopes = kind === 'bot' ? app.scopes : app.appScopes;
    const granted = method.scopes.filter((scope) => scopes.has(scope));
    if (granted.length === 0 && method.scopes.length > 0) throw missingScope(method.scopes.join(','), scopes);
    if (kind === 'bot' && granted.length === 1) for (const scope of granted) app.exercised.add(scope);
  }

  #checkFeature(method: Method): void {
    const feature = method.feature === undefined ? 'on' : this.slack.app.features[method.feature];
    if (feature === 'on') return;
    throw new ApiError(feature, feature === 'unknown_method' ? { req_method: method.name } : {});
  }

  // The method's own limit comes last: a refusal by a narrower one must not count against it.
  #limitsOf(method: Method, args: Arguments): { key: string; perMinute: number; perSecondBurst?: number }[] {
    const sold = this.slack.settings.distribution === 'commercial_unlisted';
    const history = method.name === 'conversations.history' || method.name === 'conversations.replies';
    const perMinute = sold && history ? tiers.tier1 : method.perMinute;
    return [...(method.limits?.(args) ?? []), { key: method.name, perMinute }];
  }

  #checkArguments(method: Method, request: ApiRequest): void {
    if (request.error !== undefined) throw new ApiError(request.error);
    // Bolt's clients add the workspace to every call, for tokens of a whole organisation.
    const known = new Set(['team_id', ...method.required, ...method.optional]);
    for (const name of Object.keys(request.args)) {
      if (!known.has(name)) this.slack.journal.violation('api.unknown-argument', `${method.name}: ${name}`);
    }
    for (const name of method.required) {
      if (request.args[name] === undefined) throw invalidArguments(`missing required field: ${name}`);
    }
  }
}

function warned(fields: Json, warning: string | undefined): Json {
  if (warning === undefined) return fields;
  return { ...fields, warning, response_metadata: { warnings: [warning] } };
}
