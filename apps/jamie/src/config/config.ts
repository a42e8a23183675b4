import { version } from '../package-root';
import { type Settings, secretSettings, settings } from './settings';

export type Environment = Readonly<Record<string, string | undefined>>;

const longestShown = 100;

type SlackConfig =
  | { readonly mode: 'off' }
  | { readonly mode: 'socket'; readonly botToken: string; readonly appToken: string; readonly apiUrl: string }
  | {
      readonly mode: 'http';
      readonly botToken: string;
      readonly signingSecret: string;
      readonly apiUrl: string;
    };

export type Config = Readonly<Settings> & { readonly version: string; readonly slack: SlackConfig };

/** Settings that are wrong, all of them at once. The message is meant for the person who starts Jamie. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    const count = problems.length === 1 ? 'one setting is wrong' : `${problems.length} settings are wrong`;
    super(
      `Jamie cannot start: ${count}.\n${problems.map((line) => `  ${line}`).join('\n')}\n.env.example and docs/configuration.md explain every setting.`,
    );
    this.name = 'ConfigError';
  }
}

/** Reads and checks all settings once. An empty variable counts as not set. Throws ConfigError. */
export function loadConfig(environment: Environment): Config {
  const given = Object.fromEntries(
    Object.entries(environment)
      .map(([name, value]) => [name, value?.trim()])
      .filter(([, value]) => value !== ''),
  );
  const parsed = settings.safeParse(given);
  const problems = [
    ...(parsed.error?.issues ?? []).map((issue) => describe(issue, given)),
    ...crossChecks(given),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return Object.freeze({ ...parsed.data, version, slack: slackConfig(parsed.data) });
}

type Given = Readonly<Record<string, string | undefined>>;

function describe(
  issue: { readonly path: readonly PropertyKey[]; readonly message: string },
  given: Given,
): string {
  const name = String(issue.path[0]);
  const shown = secretSettings.has(name) ? '' : ` (it is "${beginningOf(given[name] ?? '')}")`;
  return `${name} ${issue.message.replace(/^Invalid option: expected one of /, 'must be one of ')}${shown}`;
}

function beginningOf(value: string): string {
  return value.length > longestShown ? `${value.slice(0, longestShown)}…` : value;
}

/** What no single variable can tell. */
function crossChecks(given: Given): readonly string[] {
  const problems: string[] = [];
  const port = given['PORT'] ?? '8080';
  if (port !== '0' && port === (given['METRICS_PORT'] ?? '9090')) {
    problems.push(`PORT and METRICS_PORT are both ${port}; they must differ`);
  }
  const { SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: app, SLACK_SIGNING_SECRET: secret } = given;
  if (bot === undefined && (app ?? secret) !== undefined) {
    problems.push(
      'SLACK_BOT_TOKEN is missing, though other Slack settings are there; set it, or remove them to switch Slack off',
    );
  }
  if (bot !== undefined && app === undefined && secret === undefined) {
    problems.push(
      'SLACK_APP_TOKEN (for Socket Mode) or SLACK_SIGNING_SECRET (for HTTP) is missing beside SLACK_BOT_TOKEN',
    );
  }
  return problems;
}

function slackConfig(parsed: Settings): SlackConfig {
  const {
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
    SLACK_SIGNING_SECRET: signingSecret,
  } = parsed;
  const apiUrl = parsed.SLACK_API_URL;
  if (botToken === undefined) return { mode: 'off' };
  if (appToken !== undefined) return { mode: 'socket', botToken, appToken, apiUrl };
  if (signingSecret !== undefined) return { mode: 'http', botToken, signingSecret, apiUrl };
  return { mode: 'off' };
}
