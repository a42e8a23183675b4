import { statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../package-root';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
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

  RUNBOOKS_DIR: z
    .string()
    .refine(isFolder, 'is not a folder that can be read')
    .default(join(packageRoot, 'runbooks')),
  CONVERSATION_TTL_HOURS: z.coerce.number('must be a number').positive().max(8760).default(24),
  API_KEYS: commaList().default([]),
  RATE_LIMIT_PER_MINUTE: whole(0, 1_000_000).default(60),
  REDIS_URL: z.string().optional(),
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

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
