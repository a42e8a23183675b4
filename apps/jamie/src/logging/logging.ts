import type { LoggerService, LogLevel } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger as PinoLogger, destination, pino } from 'pino';

// Wherever a secret could ride along in an object that is logged.
const redacted = [
  'authorization',
  '*.authorization',
  'token',
  '*.token',
  'headers',
  '*.headers',
  'config',
  '*.config',
];

// Lines that wait for a disk with room; more are dropped.
const maxWaitingBytes = 64 * 1024;

/** A log that cannot be written, on a full disk or into a closed pipe, costs lines and never an answer. */
function lossy(): DestinationStream {
  const out = destination({ fd: 1, sync: true, maxLength: maxWaitingBytes });
  out.on('error', () => undefined);
  return out;
}

/** Nobody reads any more. */
const goOn = (): void => undefined;

/** JSON lines on standard output; readable lines when a terminal looks on. User text is never logged. */
export function createLogger(level: string): PinoLogger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: redacted, remove: true },
    mixin: () => {
      const span = trace.getActiveSpan()?.spanContext();
      return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
    },
  };
  for (const stream of [process.stdout, process.stderr]) {
    if (!stream.listeners('error').includes(goOn)) stream.on('error', goOn);
  }
  if (!process.stdout.isTTY) return pino(options, lossy());
  return pino({
    ...options,
    transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', singleLine: true } },
  });
}

// What Nest says of its own start is of interest only when it does not start.
const framework = new Set([
  'NestFactory',
  'NestApplication',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
]);
const pinoLevel = {
  log: 'info',
  error: 'error',
  warn: 'warn',
  debug: 'debug',
  verbose: 'trace',
  fatal: 'fatal',
} as const;

/**
 * Nest's log calls, written by pino. The request's id comes with the call, as in `log('...', { request_id })`: carried by
 * an AsyncLocalStorage it would cost an eighth of each request's time on Node 20 and 22.
 */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: PinoLogger) {}

  log = this.writer('log');
  error = this.writer('error');
  warn = this.writer('warn');
  debug = this.writer('debug');
  verbose = this.writer('verbose');
  fatal = this.writer('fatal');

  /** nestjs-slack-bolt would set the level of the whole application; it is set by LOG_LEVEL alone. */
  setLogLevels(): void {}

  private writer(level: LogLevel): (message: unknown, ...rest: unknown[]) => void {
    return (message, ...rest) => {
      // Nest passes the context last; before it, for errors, the stack.
      const last = rest.at(-1);
      const context = typeof last === 'string' ? last : undefined;
      const quiet = level === 'log' && context !== undefined && framework.has(context);
      const stack = level === 'error' ? framesOf(rest[0]) : undefined;
      const fields = {
        ...requestIdIn(rest),
        ...(context === undefined ? {} : { context }),
        ...(stack === undefined ? {} : { stack }),
      };
      this.logger[quiet ? 'debug' : pinoLevel[level]](
        fields,
        message instanceof Error ? message.message : String(message),
      );
    };
  }
}

/** Nothing else of an object is written: whose it is and what it holds cannot be known here. */
function requestIdIn(rest: readonly unknown[]): { readonly request_id?: unknown } {
  const given = rest.find((one) => typeof one === 'object' && one !== null && 'request_id' in one);
  return given === undefined ? {} : { request_id: given.request_id };
}

/** Where it happened, without the message: that may repeat what a user wrote. */
function framesOf(stack: unknown): readonly string[] | undefined {
  if (typeof stack !== 'string' || !stack.includes('\n    at ')) return undefined;
  return stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .map((line) => line.trim());
}
