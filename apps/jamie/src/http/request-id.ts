import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

const header = 'x-request-id';
const sane = /^[\w.:@/+=-]{1,128}$/;

/** Gives every request an id; takes the caller's own when it is sane. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.headers[header];
  const id = typeof given === 'string' && sane.test(given) ? given : randomUUID();
  response.setHeader(header, id);
  next();
}

export function requestIdOf(response: Response): string {
  return String(response.getHeader(header) ?? '');
}
