import { STATUS_CODES } from 'node:http';
import { z } from 'zod';

export type Json = Record<string, unknown>;

/** A key is asked for only where there are keys. */
export const open: Json = { security: [{}, { apiKey: [] }] };

/** What all requests with a body have in common. */
export function asking(body: string): Json {
  return { ...open, requestBody: { required: true, content: content(body) } };
}

/** What every request with a body can fail with. */
export const ofEveryAsk = [400, 401, 413, 415, 429, 500] as const;

export function failures(statuses: readonly number[], body = 'Error'): Json {
  return Object.fromEntries(statuses.map((status) => [String(status), failure(status, body)]));
}

export function failure(status: number, body = 'Error'): Json {
  return { description: STATUS_CODES[status] ?? String(status), content: content(body) };
}

export function content(body: string): Json {
  return { 'application/json': { schema: { $ref: `#/components/schemas/${body}` } } };
}

export function schema(type: z.ZodType, io: 'input' | 'output'): unknown {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(type, { io });
  return rest;
}
