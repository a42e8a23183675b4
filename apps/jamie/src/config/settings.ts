import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../package-root';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
// Go's duration syntax, https://pkg.go.dev/time#ParseDuration; a bare number is seconds, negative is for ever.
const goDuration = /^-?(\d+(\.\d+)?(ns|us|ms|s|m|h))+$|^-?\d+$/;

/** Every variable Jamie reads, with its default. Sizes in characters or tokens, times in milliseconds unless named. */
export const settings = z.object({
  PORT: port(8080),
  METRICS_PORT: port(9090),
  HOST: z.string().default('0.0.0.0'),
  TRUST_PROXY: whole(0, 16).default(0),
  ENVIRONMENT: z.enum(['development', 'staging', 'production']).default('development'),
  LOG_LEVEL: z.string().toLowerCase().pipe(z.enum(logLevels)).default('info'),
  WELCOME: flag(false),
  GIT_COMMIT: z.string().default('unknown'),

  OLLAMA_URL: webAddress().default('http://localhost:11434'),
  MODEL_NAME: z.string().default('bruno-sre'),
  OLLAMA_NUM_CTX: whole(512, 1_048_576).default(8192),
  OLLAMA_NUM_PREDICT: whole(16, 131_072).default(1024),
  OLLAMA_KEEP_ALIVE: z
    .string()
    .regex(goDuration, 'must be a duration like 30m, 1h30m, or -1 for ever')
    .default('30m'),
  OLLAMA_TEMPERATURE: z.coerce.number('must be a number').min(0).max(2).default(0.2),
  OLLAMA_MAX_IN_FLIGHT: whole(1, 10_000).default(1),
  OLLAMA_MAX_QUEUE: whole(0, 100_000).default(16),
  OLLAMA_QUEUE_TIMEOUT_MS: milliseconds().default(30_000),
  OLLAMA_FIRST_TOKEN_TIMEOUT_MS: milliseconds().default(120_000),
  OLLAMA_IDLE_TIMEOUT_MS: milliseconds().default(60_000),
  OLLAMA_TOTAL_TIMEOUT_MS: milliseconds().default(300_000),

  SLACK_BOT_TOKEN: z.string().startsWith('xoxb-', 'must be a bot token, which starts with xoxb-').optional(),
  SLACK_SIGNING_SECRET: z.string().optional(),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-', 'must be an app token, which starts with xapp-').optional(),
  SLACK_API_URL: webAddress().default('https://slack.com/api/'),
  SLACK_LINK_HOSTS: commaList().default([]),
  SLACK_ALLOW_GUESTS: flag(false),
  SLACK_ALLOW_EXTERNAL: flag(false),
  STATE_DIR: z.string().default(join(tmpdir(), 'jamie')),

  RUNBOOKS_DIR: z
    .string()
    .refine(isFolder, 'is not a folder that can be read')
    .default(join(packageRoot, 'runbooks')),
  CONVERSATION_TTL_HOURS: z.coerce.number('must be a number').positive().max(8760).default(24),
  API_KEYS: commaList().default([]),
  RATE_LIMIT_PER_MINUTE: whole(0, 1_000_000).default(60),
  REDIS_URL: z.string().optional(),

  LOGFIRE_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be a write token without spaces')
    .optional(),
  LOGFIRE_BASE_URL: webAddress().optional(),
  LOGFIRE_CONSOLE: flag(false),
  LOGFIRE_SEND_TO_LOGFIRE: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['true', 'false', 'if-token-present'], 'must be true, false or if-token-present'))
    .default('true'),

  // The standard names, https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
  // What is not listed here (certificates, headers of one signal, span limits) the SDK reads by itself.
  OTEL_SDK_DISABLED: flag(false),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: pairs().default({}),
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: webAddress().optional(),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: webAddress().optional(),
  OTEL_EXPORTER_OTLP_HEADERS: pairs().default({}),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .literal('http/protobuf', 'must be http/protobuf, the protocol that Jamie speaks')
    .default('http/protobuf'),
  OTEL_EXPORTER_OTLP_TIMEOUT: milliseconds().default(10_000),
  OTEL_EXPORTER_OTLP_COMPRESSION: z.enum(['none', 'gzip']).default('none'),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none']).default('otlp'),
  OTEL_METRICS_EXPORTER: z.enum(['otlp', 'none']).default('otlp'),
  OTEL_TRACES_SAMPLER: z.enum(samplers).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number('must be a number').min(0).max(1).default(1),
  OTEL_BSP_SCHEDULE_DELAY: milliseconds().default(5000),
  OTEL_METRIC_EXPORT_INTERVAL: milliseconds().default(60_000),
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: flag(false),
});

export type Settings = z.infer<typeof settings>;

/** Settings whose value is never repeated in a message. */
export const secretSettings: ReadonlySet<string> = new Set([
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'SLACK_APP_TOKEN',
  'API_KEYS',
  'REDIS_URL',
  'OLLAMA_URL',
  'LOGFIRE_TOKEN',
  'LOGFIRE_BASE_URL',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
]);

function whole(minimum: number, maximum: number) {
  const message = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number(message).int(message).min(minimum, message).max(maximum, message);
}

function port(fallback: number) {
  return whole(0, 65_535).default(fallback);
}

function milliseconds() {
  return whole(1, 86_400_000);
}

function flag(fallback: boolean) {
  const words = ['true', 'false', '1', '0', 'yes', 'no'] as const;
  return z
    .string()
    .toLowerCase()
    .pipe(z.enum(words, 'must be true or false'))
    .transform((word) => word === 'true' || word === '1' || word === 'yes')
    .default(fallback);
}

function webAddress() {
  return z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' });
}

function commaList() {
  return z.string().transform((list) =>
    list
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  );
}

/** `name=value,name=value`, with values percent-encoded as in https://www.w3.org/TR/baggage/ */
function pairs() {
  const form = /^\s*[^=,\s]+\s*=[^,]*(,\s*[^=,\s]+\s*=[^,]*)*$/;
  return z
    .string()
    .regex(form, 'must be a list like name=value,name=value')
    .refine((list) => !/%(?![0-9a-f]{2})/i.test(list), 'has a % that begins no %-encoded character')
    .transform((list) => Object.fromEntries(list.split(',').map(pair)));
}

function pair(entry: string): [name: string, value: string] {
  const at = entry.indexOf('=');
  return [entry.slice(0, at).trim(), decodeURIComponent(entry.slice(at + 1).trim())];
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
