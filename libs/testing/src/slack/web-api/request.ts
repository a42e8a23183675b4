import type { IncomingMessage } from 'node:http';
import { isJson, parseJson, type Json } from '../json';

/** One request to the Web API, read but not judged. */
export interface ApiRequest {
  readonly token?: string;
  readonly args: Json;
  /** An error word about the body itself. */
  readonly error?: string;
  /** docs.slack.dev, Web API: complaints about the content type that stop nothing. */
  readonly warning?: string;
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return Buffer.concat(await request.toArray());
}

/** The bytes of a multipart body's first file, or the body itself. */
export async function uploadedBytes(contentType: string, body: Buffer): Promise<Buffer> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  for (const part of (await formData(contentType, body)).values()) {
    if (typeof part !== 'string') return Buffer.from(await part.arrayBuffer());
  }
  return Buffer.alloc(0);
}

/** docs.slack.dev, Web API: forms carry the token in a header or a field, JSON only in the header. */
export async function readApiRequest(request: IncomingMessage, body: Buffer): Promise<ApiRequest> {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const query = new URL(request.url ?? '/', 'http://slack').searchParams;
  const { fields, error, warning, isForm } = await decode(request.headers['content-type'] ?? '', body);
  const all: Json = { ...Object.fromEntries(query), ...fields };
  const { token: field, ...args } = all;
  const token = bearer ?? (isForm && typeof field === 'string' ? field : undefined);
  return {
    args,
    ...(token === undefined ? {} : { token }),
    ...(error === undefined ? {} : { error }),
    ...(warning === undefined ? {} : { warning }),
  };
}

interface Decoded {
  readonly fields: Json;
  readonly isForm: boolean;
  readonly error?: string;
  readonly warning?: string;
}

async function decode(contentType: string, body: Buffer): Promise<Decoded> {
  const [type = '', parameters = ''] = contentType.split(';').map((part) => part.trim().toLowerCase());
  if (body.length === 0) return { fields: {}, isForm: true };
  const text = body.toString('utf8');
  switch (type) {
    case 'application/x-www-form-urlencoded': {
      const fields = Object.fromEntries(new URLSearchParams(text));
      return { fields, isForm: true, ...(parameters === '' ? {} : { warning: 'superfluous_charset' }) };
    }
    case 'application/json':
      return decodeJson(text, parameters);
    case 'multipart/form-data':
      return { fields: await multipartFields(contentType, body), isForm: true };
    case '':
      return { fields: {}, isForm: true, error: 'missing_post_type' };
    default:
      return { fields: {}, isForm: true, error: 'invalid_post_type' };
  }
}

function decodeJson(text: string, parameters: string): Decoded {
  const value = parseJson(text);
  if (value === undefined) return { fields: {}, isForm: false, error: 'invalid_json' };
  if (!isJson(value)) return { fields: {}, isForm: false, error: 'json_not_object' };
  const { token: _ignored, ...fields } = value;
  return { fields, isForm: false, ...(parameters === '' ? { warning: 'missing_charset' } : {}) };
}

async function multipartFields(contentType: string, body: Buffer): Promise<Json> {
  const entries = [...(await formData(contentType, body)).entries()];
  return Object.fromEntries(entries.filter(([, value]) => typeof value === 'string'));
}

function formData(contentType: string, body: Buffer): Promise<FormData> {
  return new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
}
