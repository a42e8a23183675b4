import { type Config, ConfigError, type Environment, loadConfig } from '../../../config/config';
import { settings } from '../../../config/settings';
import { type Finding, findingsOf } from '../finding';

const { ok, warning, wrong } = findingsOf('settings');

export interface CheckedSettings {
  readonly findings: readonly Finding[];
  /** What the other checks look at: what is wrong has its default there, and Slack is off when its settings are wrong. */
  readonly config: Config;
}

/** Checks all settings, and makes the best of those that are right. */
export function checkSettings(environment: Environment): CheckedSettings {
  const problems = problemsOf(environment);
  if (problems.length === 0) {
    const config = loadConfig(environment);
    return { config, findings: [ok(`${countOf(environment)} set, all of them right`), ...risksOf(config)] };
  }
  const fix = 'docs/configuration.md says what each setting takes';
  const findings = problems.map((problem) => wrong(problem, fix));
  return { findings, config: loadConfig(withoutWrong(environment, problems)) };
}

function problemsOf(environment: Environment): readonly string[] {
  try {
    loadConfig(environment);
    return [];
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.problems;
    throw thrown;
  }
}

/** Leaves out what the problems begin with, and of settings that belong together all. */
function withoutWrong(environment: Environment, problems: readonly string[]): Environment {
  const named = problems.map((problem) => problem.split(' ')[0] ?? '');
  const slackIsWrong = named.some((name) => name.startsWith('SLACK_'));
  const isLeftOut = (name: string): boolean =>
    named.includes(name) ||
    (slackIsWrong && name.startsWith('SLACK_')) ||
    (named.includes('PORT') && name === 'METRICS_PORT');
  const right = Object.entries(environment).filter(([name]) => !isLeftOut(name));
  const rest = Object.fromEntries(right);
  const remaining = problemsOf(rest);
  return remaining.length === 0 ? rest : withoutWrong(rest, remaining);
}

function risksOf(config: Config): readonly Finding[] {
  if (config.ENVIRONMENT !== 'production' || config.API_KEYS.length > 0) return [];
  return [
    warning(
      'POST /chat is open to everybody who reaches its port, in production',
      'set API_KEYS to a list of long random keys, or see that only trusted callers reach the port',
    ),
  ];
}

function countOf(environment: Environment): string {
  const names = Object.keys(settings.shape).filter((name) => (environment[name] ?? '').trim() !== '');
  return names.length === 1 ? '1 setting is' : `${names.length} settings are`;
}
