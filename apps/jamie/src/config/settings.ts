import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../package-root';
import {
  commaList,
  duration,
  flag,
  folder,
  milliseconds,
  pairs,
  port,
  redisAddress,
  webAddress,
  whole,
  writableFile,
} from './setting-kinds';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

// What `describe` says is the one meaning of a setting: .env.example and docs/configuration.md are written from it.

const listening = {
  PORT: port(8080).describe('questions, health, Slack events'),
  METRICS_PORT: port(9090).describe('/metrics and /health for Prometheus'),
  HOST: z.string().default('0.0.0.0').describe('listen address of both ports'),
  TRUST_PROXY: whole(0, 16)
    .default(0)
    .describe('how many proxies stand in front; their X-Forwarded-For tells callers apart'),
};

const identity = {
  ENVIRONMENT: z
    .enum(['development', 'staging', 'production'])
    .default('development')
    .describe('development, staging or production'),
  LOG_LEVEL: z
    .string()
    .toLowerCase()
    .pipe(z.enum(logLevels))
    .default('info')
    .describe('trace, debug, info, warn, error, fatal or silent'),
  GIT_COMMIT: z.string().default('unknown').describe("shown in jamie_build_info; set by the image's build"),
  WEB_UI: flag(true).describe('the pages at / and /runbooks; false leaves the API alone'),
  WELCOME: flag(false).describe('print where it listens and what to try; `npm start` sets it'),
};

const model = {
  OLLAMA_URL: webAddress().default('http://localhost:11434').describe('the Ollama server'),
  MODEL_NAME: z.string().default('bruno-sre').describe('the model, made from models/bruno-sre/Modelfile'),
  OLLAMA_NUM_CTX: whole(512, 1_048_576).default(8192).describe('context window, tokens'),
  OLLAMA_NUM_PREDICT: whole(16, 131_072).default(1024).describe('longest answer, tokens'),
  OLLAMA_KEEP_ALIVE: duration()
    .default('30m')
    .describe('how long the model stays loaded after an answer; -1 is for ever'),
  OLLAMA_TEMPERATURE: z.coerce
    .number('must be a number')
    .min(0)
    .max(2)
    .default(0.2)
    .describe('0 to 2; lower is more sober'),
  OLLAMA_MAX_IN_FLIGHT: whole(1, 10_000)
    .default(1)
    .describe("questions at the model at once; at most the server's OLLAMA_NUM_PARALLEL"),
  OLLAMA_MAX_QUEUE: whole(0, 100_000)
    .default(16)
    .describe('questions that may wait, served in turns; who has most in a full queue makes room'),
  OLLAMA_QUEUE_TIMEOUT_MS: milliseconds().default(30_000).describe('longest wait in that queue'),
  OLLAMA_FIRST_TOKEN_TIMEOUT_MS: milliseconds().default(120_000).describe('longest wait for the first word'),
  OLLAMA_IDLE_TIMEOUT_MS: milliseconds().default(60_000).describe('longest silence in mid-answer'),
  OLLAMA_TOTAL_TIMEOUT_MS: milliseconds().default(300_000).describe('longest answer'),
};

const knowledge = {
  RUNBOOKS_DIR: folder()
    .default(join(packageRoot, 'runbooks'))
    .describe('a folder of Markdown files; default: the runbooks shipped with Jamie'),
  CONVERSATION_TTL_HOURS: z.coerce
    .number('must be a number')
    .positive()
    .max(8760)
    .default(24)
    .describe('conversations are forgotten after this'),
  REDIS_URL: redisAddress()
    .optional()
    .describe('redis:// or rediss://: shared state for several replicas; without it state is in the process'),
  REDIS_LEASE_SECONDS: whole(2, 300)
    .default(20)
    .describe('a replica that Redis has not heard of for so long is gone; others finish its asks'),
};

const access = {
  API_KEYS: commaList()
    .default([])
    .describe('comma list; set, POST /chat wants "Authorization: Bearer <key>"'),
  RATE_LIMIT_PER_MINUTE: whole(0, 1_000_000)
    .default(60)
    .describe('asks a minute for each key or address; 0 turns the limit off'),
};

const feedback = {
  FEEDBACK_FILE: writableFile()
    .optional()
    .describe('JSON lines of rated answers with their questions; without it feedback is only counted'),
  FEEDBACK_FILE_MAX_BYTES: whole(65_536, 1_073_741_824)
    .default(10_485_760)
    .describe('a full file is kept once, as FILE.1'),
};

const slack = {
  SLACK_BOT_TOKEN: z
    .string()
    .startsWith('xoxb-', 'must be a bot token, which starts with xoxb-')
    .optional()
    .describe('xoxb-...; without it Slack is off'),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', 'must be an app token, which starts with xapp-')
    .optional()
    .describe('xapp-...; set: Socket Mode'),
  SLACK_SIGNING_SECRET: z
    .string()
    .optional()
    .describe('without an app token: HTTP mode at POST /slack/events'),
  SLACK_API_URL: webAddress().default('https://slack.com/api/').describe('for gateways and tests'),
  SLACK_LINK_HOSTS: commaList()
    .default([])
    .describe('comma list; links to other hosts are shown as plain text'),
  SLACK_ALLOW_GUESTS: flag(false).describe('answer guests of the workspace'),
  SLACK_ALLOW_EXTERNAL: flag(false).describe('answer people of other workspaces in shared channels'),
  STATE_DIR: z
    .string()
    .default(join(tmpdir(), 'jamie'))
    .describe('where unfinished Slack asks survive a crash; default: a folder for temporary files'),
};

// The standard names, https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
// What is not listed here (certificates, headers of one signal, span limits) the SDK reads by itself.
const telemetry = {
  LOGFIRE_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be a write token without spaces')
    .optional()
    .describe('a write token of Pydantic Logfire; set: traces and metrics go there'),
  LOGFIRE_BASE_URL: webAddress().optional().describe('default: Logfire in the region that the token names'),
  LOGFIRE_CONSOLE: flag(false).describe('one log line for each span'),
  LOGFIRE_SEND_TO_LOGFIRE: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['true', 'false', 'if-token-present'], 'must be true, false or if-token-present'))
    .default('true')
    .describe('false keeps everything here, whatever the token'),
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress()
    .optional()
    .describe('any OTLP collector, e.g. http://localhost:4318; may be set beside Logfire'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: webAddress()
    .optional()
    .describe('for traces alone: the whole address, /v1/traces included'),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: webAddress()
    .optional()
    .describe('for metrics alone: the whole address, /v1/metrics included'),
  OTEL_EXPORTER_OTLP_HEADERS: pairs().default({}).describe('sent to that collector: name=value,name=value'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .literal('http/protobuf', 'must be http/protobuf, the protocol that Jamie speaks')
    .default('http/protobuf')
    .describe('the only one'),
  OTEL_EXPORTER_OTLP_TIMEOUT: milliseconds().default(10_000).describe('longest export, milliseconds'),
  OTEL_EXPORTER_OTLP_COMPRESSION: z.enum(['none', 'gzip']).default('none').describe('or gzip'),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none']).default('otlp').describe('none: no traces to the collector'),
  OTEL_METRICS_EXPORTER: z
    .enum(['otlp', 'none'])
    .default('otlp')
    .describe('none: no metrics to the collector'),
  OTEL_TRACES_SAMPLER: z
    .enum(samplers)
    .default('parentbased_always_on')
    .describe('or always_on, always_off, traceidratio, parentbased_always_off, parentbased_traceidratio'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number('must be a number')
    .min(0)
    .max(1)
    .default(1)
    .describe('the ratio, 0 to 1'),
  OTEL_BSP_SCHEDULE_DELAY: milliseconds().default(5000).describe('spans are sent this often, milliseconds'),
  OTEL_METRIC_EXPORT_INTERVAL: milliseconds()
    .default(60_000)
    .describe('metrics are sent this often, milliseconds'),
  OTEL_SERVICE_NAME: z.string().optional().describe('what Jamie is called there; default: jamie-sre-chatbot'),
  OTEL_RESOURCE_ATTRIBUTES: pairs()
    .default({})
    .describe('what else describes this instance: name=value,name=value'),
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: flag(false).describe(
    'true: questions and answers go into the spans',
  ),
  OTEL_SDK_DISABLED: flag(false).describe('true switches all of this section off'),
};

/** In the order in which people read them, each with the heading they stand under. */
export const settingGroups: readonly (readonly [heading: string, group: z.ZodRawShape])[] = [
  ['Where it listens', listening],
  ['What it is', identity],
  ['The model', model],
  ['What it knows', knowledge],
  ['Who may ask', access],
  ['Feedback', feedback],
  ['Slack', slack],
  ['Traces and metrics, pushed (docs/telemetry.md); /metrics works without any of it', telemetry],
];

/** Every variable Jamie reads, with its default. Sizes in characters or tokens, times in milliseconds unless named. */
export const settings = z.object({
  ...listening,
  ...identity,
  ...model,
  ...knowledge,
  ...access,
  ...feedback,
  ...slack,
  ...telemetry,
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
