import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

// Go's duration syntax, https://pkg.go.dev/time#ParseDuration; a bare number is seconds, negative is for ever.
const goDuration = /^-?(\d+(\.\d+)?(ns|us|ms|s|m|h))+$|^-?\d+$/;

export function whole(minimum: number, maximum: number) {
  const message = `must be a whole number from ${minimum} to ${maximum}`;
  return z.coerce.number(message).int(message).min(minimum, message).max(maximum, message);
}

export function port(fallback: number) {
  return whole(0, 65_535).default(fallback);
}

export function milliseconds() {
  return whole(1, 86_400_000);
}

export function duration() {
  return z.string().regex(goDuration, 'must be a duration like 30m, 1h30m, or -1 for ever');
}

export function flag(fallback: boolean) {
  const words = ['true', 'false', '1', '0', 'yes', 'no'] as const;
  return z
    .string()
    .toLowerCase()
    .pipe(z.enum(words, 'must be true or false'))
    .transform((word) => word === 'true' || word === '1' || word === 'yes')
    .default(fallback);
}

export function webAddress() {
  return z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' });
}

export function redisAddress() {
  const message = 'must be a redis:// or rediss:// address';
  return z
    .string()
    .refine((text) => URL.canParse(text) && /^rediss?:$/.test(new URL(text).protocol), message);
}

export function commaList() {
  return z.string().transform((list) =>
    list
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== ''),
  );
}

/** `name=value,name=value`, with values percent-encoded as in https://www.w3.org/TR/baggage/ */
export function pairs() {
  const form = /^\s*[^=,\s]+\s*=[^,]*(,\s*[^=,\s]+\s*=[^,]*)*$/;
  return z
    .string()
    .regex(form, 'must be a list like name=value,name=value')
    .refine(isDecodable, 'has a % that begins no %-encoded character')
    .transform((list) => Object.fromEntries(list.split(',').map(pair)));
}

export function folder() {
  return z.string().refine(isFolder, 'is not a folder that can be read');
}

export function writableFile() {
  return z.string().refine(isWritable, 'cannot be written: it must be a file in a folder that exists');
}

function pair(entry: string): [name: string, value: string] {
  const at = entry.indexOf('=');
  return [entry.slice(0, at).trim(), decodeURIComponent(entry.slice(at + 1).trim())];
}

function isDecodable(text: string): boolean {
  return succeeds(() => decodeURIComponent(text));
}

function isFolder(path: string): boolean {
  return succeeds(() => readdirSync(path));
}

/** A file that is there or can be made. */
function isWritable(path: string): boolean {
  return succeeds(() => {
    const existing = statSync(path, { throwIfNoEntry: false });
    if (existing?.isDirectory() === true) throw new Error('a folder');
    accessSync(existing === undefined ? dirname(path) : path, constants.W_OK);
  });
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
