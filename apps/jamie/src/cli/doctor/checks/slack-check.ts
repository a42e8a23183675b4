import { type SlackFact, examineSlack } from '@jamie/slack';
import type { Config } from '../../../config/config';
import { type Finding, findingsOf } from '../finding';

const { ok, warning, wrong } = findingsOf('slack');
const apps = 'https://api.slack.com/apps';

/** Does Slack take the tokens, and do they allow what Jamie does? */
export async function* checkSlack({ slack }: Config, signal: AbortSignal): AsyncGenerator<Finding> {
  if (slack.mode === 'off') {
    yield ok('off: SLACK_BOT_TOKEN is not set');
    return;
  }
  const appToken = slack.mode === 'socket' ? slack.appToken : undefined;
  const tokens = { apiUrl: slack.apiUrl, botToken: slack.botToken, appToken };
  for await (const fact of examineSlack(tokens, signal)) yield findingFrom(fact, slack.apiUrl);
  if (slack.mode === 'http')
    yield ok(
      'HTTP mode: Slack must reach POST /slack/events; its Request URL is set under Event Subscriptions',
    );
}

function findingFrom(fact: SlackFact, apiUrl: string): Finding {
  switch (fact.kind) {
    case 'signed-in':
      return ok(`SLACK_BOT_TOKEN signs in as ${fact.user} in ${fact.team}`);
    case 'missing-scopes':
      return scopes(fact.scopes);
    case 'sockets-open':
      return ok('Socket Mode: SLACK_APP_TOKEN opens connections');
    case 'failed':
    default:
      return refusal(fact, apiUrl);
  }
}

function scopes(missing: readonly string[]): Finding {
  if (missing.length === 0) return ok('it has every scope that Jamie needs');
  return wrong(
    `the app lacks ${missing.length === 1 ? 'the scope' : 'the scopes'} ${missing.join(', ')}`,
    `add ${missing.length === 1 ? 'it' : 'them'} at ${apps} under OAuth & Permissions, as in slack/manifest.json, and install the app again`,
  );
}

const newBotToken = `copy the Bot User OAuth Token from ${apps}, OAuth & Permissions, into SLACK_BOT_TOKEN`;
const newAppToken = `make an app-level token with the scope connections:write at ${apps}, Basic Information, and set SLACK_APP_TOKEN to it`;
const dead =
  /^(token_revoked|account_inactive|token_expired|invalid_auth|not_authed|not_allowed_token_type|missing_scope|org_login_required)$/;

function refusal({ token, code }: Extract<SlackFact, { kind: 'failed' }>, apiUrl: string): Finding {
  const variable = token === 'bot' ? 'SLACK_BOT_TOKEN' : 'SLACK_APP_TOKEN';
  if (code === 'ratelimited') return warning('Slack takes no more calls for now', 'try again in a minute');
  if (token === 'app' && /^(forbidden_team|socket_mode_disabled|link_disabled)$/.test(code))
    return wrong(`Slack refuses Socket Mode to this app (${code})`, `turn it on at ${apps}, Socket Mode`);
  if (dead.test(code)) {
    const again = /^(token_revoked|account_inactive)$/.test(code) ? 'install the app again, then ' : '';
    return wrong(
      `Slack refuses ${variable} (${code})`,
      `${again}${token === 'bot' ? newBotToken : newAppToken}`,
    );
  }
  return wrong(
    `Slack did not answer about ${variable} at ${apiUrl} (${code})`,
    `see that this machine reaches ${new URL(apiUrl).host} over HTTPS`,
  );
}
