import type { ApiCall } from '../journal';
import { brief } from '../json';
import type { Platform } from '../platform';
import { error, warning, type Finding } from './finding';

const sizeErrors = new Set([
  'msg_too_long',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_chunks',
  'invalid_attachments',
  'msg_blocks_too_long',
  'msg_blocks_too_many',
  'view_too_large',
  'metadata_too_large',
  'too_many_attachments',
  'markdown_text_conflict',
  'no_text',
]);

const tokenErrors = new Set([
  'token_revoked',
  'invalid_auth',
  'account_inactive',
  'token_expired',
  'not_authed',
]);
const tokenTries = 20;

/** Violations that the journal noted as they happened; these alone are no more than untidy. */
const untidy = new Set(['api.unchanged-update', 'api.unknown-argument', 'api.prompts-in-thread']);

/** How the Web API was used. */
export function judgeCalls(slack: Platform): Finding[] {
  const { calls, violations } = slack.journal;
  return [
    ...violations.map(({ id, text }) => (untidy.has(id) ? warning(id, text) : error(id, text))),
    ...calls.flatMap((call) => [...unfurls(call), ...sizes(call), ...flags(call)]),
    ...updateRates(calls),
    ...tokenLoop(calls),
  ];
}

const isFalse = (value: unknown): boolean => value === false || value === 'false' || value === '0';
const isTrue = (value: unknown): boolean => value === true || value === 'true' || value === '1';

function unfurls({ id, method, args, error: refused }: ApiCall): Finding[] {
  if (method !== 'chat.postMessage' || refused !== undefined) return [];
  const off = isFalse(args['unfurl_links']) && isFalse(args['unfurl_media']);
  return off ? [] : [error('unfurl.flags', `call ${id}: unfurl_links and unfurl_media must both be false`)];
}

function flags({ id, method, args }: ApiCall): Finding[] {
  const links = isTrue(args['link_names']) || args['parse'] === 'full';
  return links ? [error('mention.flags', `call ${id}: ${method} turns bare names into mentions`)] : [];
}

function sizes({ id, method, args, error: refused, fault }: ApiCall): Finding[] {
  if (refused === undefined || fault !== undefined || !sizeErrors.has(refused)) return [];
  return [error('size.rejected', `call ${id}: ${method} was refused with ${refused}: ${brief(args, 120)}`)];
}

// docs.slack.dev, rate limits: Slack's own advice for updates is one in three seconds.
function updateRates(calls: readonly ApiCall[]): Finding[] {
  const byMessage = new Map<string, number[]>();
  for (const { method, args, error: refused, receivedAtMs } of calls) {
    if (method !== 'chat.update' || refused !== undefined) continue;
    const ts = String(args['ts']);
    byMessage.set(ts, [...(byMessage.get(ts) ?? []), receivedAtMs]);
  }
  return [...byMessage].flatMap(([ts, times]) => {
    const spanSeconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000;
    const most = spanSeconds / 3 + 3;
    if (times.length <= most) return [];
    return [warning('rate.updates', `${ts}: ${times.length} updates in ${spanSeconds.toFixed(1)} s`)];
  });
}

function tokenLoop(calls: readonly ApiCall[]): Finding[] {
  const failed = calls.filter((call) => tokenErrors.has(call.error ?? '')).length;
  if (failed <= tokenTries) return [];
  return [error('token.loop', `${failed} calls were made with a token that Slack no longer takes`)];
}
