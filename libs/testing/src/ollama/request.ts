import type { ChatBody } from './behaviour';

/** What the server says to a body it does not take. Texts are those of Go's decoder and of Ollama's handlers. */
export class BadRequest extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Fields = Readonly<Record<string, unknown>>;

const goTypes: Readonly<Record<string, string>> = { boolean: 'bool', string: 'string', number: 'number' };
const roles = new Set(['system', 'user', 'assistant', 'tool']);
const integers = ['num_ctx', 'num_batch', 'num_gpu', 'main_gpu', 'num_thread', 'draft_num_predict'].concat([
  'num_keep',
  'seed',
  'num_predict',
  'top_k',
  'repeat_last_n',
]);
const floats = ['top_p', 'min_p', 'typical_p', 'temperature', 'repeat_penalty'].concat([
  'presence_penalty',
  'frequency_penalty',
]);

/** @throws BadRequest with status 400, as the handler's JSON binding does */
export function parseJson(body: string): Fields {
  if (body.trim() === '') throw new BadRequest(400, 'missing request body');
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    const first = body.trim().charAt(0);
    throw new BadRequest(
      400,
      '{["'.includes(first)
        ? 'unexpected EOF'
        : `invalid character '${first}' looking for beginning of value`,
    );
  }
  if (!isFields(parsed)) throw mistyped(parsed, 'value', 'api.ChatRequest');
  return parsed;
}

/** @throws BadRequest when a field has the wrong type */
export function parseChat(raw: Fields): ChatBody {
  return {
    model: text(raw, 'model'),
    messages: messagesOf(raw['messages']),
    stream: flag(raw, 'stream') ?? true,
    truncate: flag(raw, 'truncate') ?? true,
    shift: flag(raw, 'shift') ?? true,
    keepAliveSeconds: duration(raw['keep_alive']),
    options: optionsOf(raw['options']),
    raw: { ...raw, think: thinkOf(raw['think']) },
  };
}

/** The scheduler looks at the options' types, and its complaint becomes a 500. */
export function checkOptions(options: Fields): void {
  for (const name of integers) expectNumber(options, name, 'integer');
  for (const name of floats) expectNumber(options, name, 'float32');
  const stop = options['stop'] ?? [];
  if (!Array.isArray(stop)) throw new BadRequest(500, 'option "stop" must be of type array');
  if (stop.some((word) => typeof word !== 'string')) {
    throw new BadRequest(500, 'option "stop" must be of an array of strings');
  }
}

/** The templates know four roles. */
export function checkRoles(request: ChatBody): void {
  const stranger = request.messages.find((message) => !roles.has(message.role));
  if (!stranger) return;
  throw new BadRequest(
    400,
    `invalid role: ${stranger.role}, role must be one of [system, user, tool, assistant]`,
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function messagesOf(value: unknown): ChatBody['messages'] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw mistyped(value, 'ChatRequest.messages', '[]api.Message');
  return value.map((message: unknown) => {
    if (!isFields(message)) throw mistyped(message, 'ChatRequest.messages', 'api.Message');
    return { role: text(message, 'role').toLowerCase(), content: text(message, 'content') };
  });
}

function optionsOf(value: unknown): Fields {
  if (value === undefined || value === null) return {};
  if (!isFields(value)) throw mistyped(value, 'ChatRequest.options', 'map[string]interface {}');
  return value;
}

function text(fields: Fields, name: string): string {
  const value = fields[name] ?? '';
  if (typeof value !== 'string') throw mistyped(value, `ChatRequest.${name}`, 'string');
  return value;
}

function flag(fields: Fields, name: string): boolean | undefined {
  const value = fields[name] ?? undefined;
  if (value !== undefined && typeof value !== 'boolean') throw mistyped(value, `ChatRequest.${name}`, 'bool');
  return value;
}

function expectNumber(options: Fields, name: string, type: string): void {
  const value = options[name] ?? 0;
  if (typeof value !== 'number') throw new BadRequest(500, `option "${name}" must be of type ${type}`);
}

function thinkOf(value: unknown): unknown {
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
  if (typeof value === 'string' && ['low', 'medium', 'high', 'max'].includes(value)) return value;
  const shown = JSON.stringify(value);
  throw new BadRequest(
    400,
    `invalid think value: ${shown} (must be "high", "medium", "low", "max", true, or false)`,
  );
}

const secondsPerUnit: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** Seconds as a number, or a Go duration as text; without a unit the text is refused. */
function duration(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') throw mistyped(value, 'ChatRequest.keep_alive', 'api.Duration');
  if (value === '0') return 0;
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/gu)];
  const whole = parts.map(([part]) => part).join('');
  const sign = value.startsWith('-') ? -1 : 1;
  if (whole === '' || whole !== value.replace(/^[-+]/u, '')) {
    const known = /^[-+]?\d+(\.\d+)?$/u.test(value) ? 'missing unit in' : 'invalid';
    throw new BadRequest(400, `time: ${known} duration "${value}"`);
  }
  return (
    sign * parts.reduce((sum, [, count, unit]) => sum + Number(count) * (secondsPerUnit[unit ?? ''] ?? 0), 0)
  );
}

function mistyped(value: unknown, field: string, goType: string): BadRequest {
  const kind = Array.isArray(value) ? 'array' : (goTypes[typeof value] ?? 'object');
  return new BadRequest(
    400,
    `json: cannot unmarshal ${kind} into Go struct field ${field} of type ${goType}`,
  );
}
