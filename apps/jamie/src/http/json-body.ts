import type { IncomingHttpHeaders } from 'node:http';
import { context } from '@opentelemetry/api';
import type { RequestHandler } from 'express';
import { mostBodyBytes } from '../chat/chat-limits';
import { Refusal } from './errors';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a JSON body in UTF-8. Express' parser takes a body that is too large in to its end before it refuses it, and
 * repeats what it could not read.
 */
export function jsonBody(limitBytes = mostBodyBytes): RequestHandler {
  return (request, _response, next) => {
    refuseByHead(request.headers, limitBytes);
    const parts: Buffer[] = [];
    let bytes = 0;
    // The events come from the socket, outside of the request's span.
    const settle = context.bind(context.active(), (failure?: unknown): void => {
      request.off('data', take).off('end', parse).off('error', breakOff).resume();
      next(failure);
    });
    const take = (part: Buffer): void => {
      bytes += part.length;
      parts.push(part);
      if (bytes > limitBytes) settle(tooLarge(limitBytes));
    };
    const parse = (): void => {
      try {
        request.body = parsed(Buffer.concat(parts, bytes));
      } catch (thrown) {
        settle(thrown);
        return;
      }
      settle();
    };
    const breakOff = (): void => settle(new Refusal(400, 'The request ended before its body was complete.'));
    request.on('data', take).on('end', parse).on('error', breakOff);
  };
}

function refuseByHead(headers: IncomingHttpHeaders, limitBytes: number): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (type.trim() !== 'application/json') {
    throw new Refusal(415, 'The body must be JSON: send "Content-Type: application/json".');
  }
  const charset = /charset *= *"?([\w-]+)/.exec(parameters.join(';'))?.[1] ?? 'utf-8';
  if (charset !== 'utf-8' && charset !== 'utf8') throw new Refusal(415, 'The body must be encoded in UTF-8.');
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new Refusal(415, 'The body must not be compressed: leave "Content-Encoding" out.');
  }
  if (Number(headers['content-length'] ?? 0) > limitBytes) throw tooLarge(limitBytes);
}

function tooLarge(limitBytes: number): Refusal {
  return new Refusal(413, `The body is larger than ${limitBytes / 1024} KiB.`);
}

function parsed(body: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw new Refusal(400, 'The body is not valid UTF-8.');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'The body is not valid JSON.');
  }
}
