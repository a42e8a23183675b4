import type { IncomingMessage } from 'node:http';
import type { SlackRefusalReason } from '@jamie/core';
import { type Json, isJson } from '../fields';

/** A request that is not answered by Bolt. Its status is read by the error filter. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';

  constructor(
    readonly reason: SlackRefusalReason,
    readonly status: 400 | 401 | 413 | 503,
  ) {
    super(`A request to the Slack endpoint was refused: ${reason}`);
  }
}

// Slack's largest payloads are shortcuts on messages with many blocks.
const bodyLimitBytes = 1_048_576;

/** The bytes as they came: the signature is over them. Throws RefusedRequest when there are too many. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (Number(request.headers['content-length'] ?? 0) > bodyLimitBytes)
    throw new RefusedRequest('too_large', 413);
  // Leaving the loop must not cut the connection: the refusal is still to be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > bodyLimitBytes) throw new RefusedRequest('too_large', 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Slack's probe of the certificate: to be answered, and to be used for nothing else. */
export function isSslCheck(contentType: string, body: Buffer): boolean {
  return isForm(contentType) && new URLSearchParams(body.toString('utf8')).get('ssl_check') === '1';
}

/**
 * Events are JSON, commands form fields, interactions a form field `payload` with JSON in it.
 * Throws RefusedRequest for everything that is no object: Bolt would end the process over `null`.
 */
export function parseBody(contentType: string, body: Buffer): Json {
  const text = body.toString('utf8');
  if (!isForm(contentType)) return object(text);
  const fields = new URLSearchParams(text);
  const payload = fields.get('payload');
  return payload === null ? Object.fromEntries(fields) : object(payload);
}

function isForm(contentType: string): boolean {
  return contentType.split(';', 1)[0]?.trim().toLowerCase() === 'application/x-www-form-urlencoded';
}

function object(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (isJson(value)) return value;
  } catch {
    // Refused below.
  }
  throw new RefusedRequest('bad_request', 400);
}
