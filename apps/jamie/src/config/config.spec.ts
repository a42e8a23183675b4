import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage, envExample } from '../../docs/settings-pages';
import { packageRoot } from '../package-root';
import { ConfigError, loadConfig } from './config';
import { settings } from './settings';

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment);
  } catch (thrown) {
    if (thrown instanceof ConfigError) return thrown.problems;
    throw thrown;
  }
  return [];
}

describe('reading the settings', () => {
  it('needs none', () => {
    expect(loadConfig({})).toMatchObject({
      PORT: 8080,
      METRICS_PORT: 9090,
      MODEL_NAME: 'bruno-sre',
      OLLAMA_KEEP_ALIVE: '30m',
      slack: { mode: 'off' },
    });
  });

  it('takes an empty variable as not set', () => {
    expect(loadConfig({ PORT: '', API_KEYS: ' ' })).toMatchObject({ PORT: 8080, API_KEYS: [] });
  });

  it('does not mind the case of the log level', () => {
    expect(loadConfig({ LOG_LEVEL: 'WARN' }).LOG_LEVEL).toBe('warn');
  });

  it.each([
    ['PORT', '70000'],
    ['PORT', '80.5'],
    ['METRICS_PORT', 'x'],
    ['ENVIRONMENT', 'prod'],
    ['LOG_LEVEL', 'loud'],
    ['OLLAMA_URL', 'localhost:11434'],
    ['OLLAMA_KEEP_ALIVE', '5 minutes'],
    ['OLLAMA_TEMPERATURE', '3'],
    ['OLLAMA_MAX_IN_FLIGHT', '0'],
    ['RUNBOOKS_DIR', '/nowhere/at/all'],
    ['RATE_LIMIT_PER_MINUTE', '-1'],
    ['REDIS_URL', 'localhost:6379'],
    ['REDIS_LEASE_SECONDS', '1'],
    ['WELCOME', 'perhaps'],
    ['LOGFIRE_SEND_TO_LOGFIRE', 'maybe'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', 'soon'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '7'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'team'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'authorization=100%'],
  ])('refuses %s=%s and names it', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name} `))]);
  });

  it('reports everything at once', () => {
    expect(problemsOf({ PORT: 'x', METRICS_PORT: 'y', SLACK_APP_TOKEN: 'xapp-1' })).toHaveLength(3);
  });

  it('does not let both ports be the same', () => {
    expect(problemsOf({ PORT: '9090' })[0]).toContain('METRICS_PORT');
    expect(problemsOf({ PORT: '0', METRICS_PORT: '0' })).toEqual([]);
  });
});

describe('the telemetry settings', () => {
  it('read lists of names and values, with percent-encoding and further equals signs', () => {
    const list = 'authorization=Basic%20YTpi==, x-team = sre,empty=';
    expect(loadConfig({ OTEL_EXPORTER_OTLP_HEADERS: list }).OTEL_EXPORTER_OTLP_HEADERS).toEqual({
      authorization: 'Basic YTpi==',
      'x-team': 'sre',
      empty: '',
    });
  });

  it('never repeat a secret', () => {
    const problems = problemsOf({
      LOGFIRE_TOKEN: 'oops secret',
      OTEL_EXPORTER_OTLP_HEADERS: 'secret',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://u:secret@x',
    });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toMatch(/secret/);
  });
});

describe('the address of Redis', () => {
  it.each(['redis://redis:6379', 'rediss://user:pass@redis.example.com:6380/2'])('may be %s', (REDIS_URL) => {
    expect(loadConfig({ REDIS_URL }).REDIS_URL).toBe(REDIS_URL);
  });

  it('is never repeated, as it may hold a password', () => {
    expect(problemsOf({ REDIS_URL: 'http://:hunter2@redis' })).toEqual([
      'REDIS_URL must be a redis:// or rediss:// address',
    ]);
  });
});

describe('the Slack settings', () => {
  const bot = { SLACK_BOT_TOKEN: 'xoxb-1' };

  it('an app token means Socket Mode, a signing secret HTTP, both Socket Mode', () => {
    expect(loadConfig({ ...bot, SLACK_APP_TOKEN: 'xapp-1' }).slack.mode).toBe('socket');
    expect(loadConfig({ ...bot, SLACK_SIGNING_SECRET: 's' }).slack.mode).toBe('http');
    expect(loadConfig({ ...bot, SLACK_SIGNING_SECRET: 's', SLACK_APP_TOKEN: 'xapp-1' }).slack.mode).toBe(
      'socket',
    );
  });

  it('half a set says what is missing', () => {
    expect(problemsOf(bot)[0]).toMatch(/SLACK_APP_TOKEN .* or SLACK_SIGNING_SECRET/);
    expect(problemsOf({ SLACK_SIGNING_SECRET: 's' })[0]).toContain('SLACK_BOT_TOKEN is missing');
  });

  it('never repeats a secret', () => {
    expect(problemsOf({ SLACK_BOT_TOKEN: 'oops-secret', SLACK_SIGNING_SECRET: 's' }).join()).not.toContain(
      'oops-secret',
    );
  });
});

describe('what people read about the settings', () => {
  it.each([
    ['.env.example', envExample],
    ['docs/configuration.md', configurationPage],
  ])('%s is what `npm run docs:settings` writes', (path, written) => {
    expect(readFileSync(join(packageRoot, path), 'utf8')).toBe(written());
  });

  it('lists exactly the settings that are read', () => {
    const listed = [...envExample().matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => String(name));
    expect(listed.sort()).toEqual(Object.keys(settings.shape).sort());
  });

  it('has nothing that reads as HTML or ends a cell of a table', () => {
    const cells = configurationPage().replaceAll(/`[^`]*`|<!--.*-->|\\[<|]/g, '');
    expect(cells).not.toContain('<');
  });
});
