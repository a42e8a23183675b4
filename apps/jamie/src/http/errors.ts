import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { JamieError, NothingCanAnswerError } from '@jamie/core';
import { ShuttingDownError } from '../lifecycle/lifecycle';

/** An error as a client of the API sees it. */
export interface ErrorBody {
  readonly statusCode: number;
  readonly error: string;
  readonly message: string;
  readonly request_id: string;
}

export interface HttpFailure {
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What it is about, where one part of the API tells it. */
  readonly subject?: FailureSubject;
  /** A person must look: nothing that a client can cause. */
  readonly unexpected: boolean;
}

/** In OpenAI's terms. */
export interface FailureSubject {
  /** The parameter that is wrong. */
  readonly param: string | null;
  readonly code: string | null;
}

/** A refusal that a middleware or a guard decides on; the message is written for the client. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly subject?: FailureSubject,
  ) {
    super(message);
    this.name = 'Refusal';
  }
}

export function errorBody(failure: Pick<HttpFailure, 'status' | 'message'>, requestId: string): ErrorBody {
  const error = STATUS_CODES[failure.status] ?? 'Error';
  return { statusCode: failure.status, error, message: failure.message, request_id: requestId };
}

/** The one place that decides which HTTP answer a failure becomes. */
export function toHttpFailure(thrown: unknown): HttpFailure {
  if (thrown instanceof Refusal) return refused(thrown);
  if (thrown instanceof NothingCanAnswerError) {
    if (thrown.timedOut) return expected(504, thrown.message);
    return expected(503, thrown.message, { 'retry-after': String(thrown.retryAfterSeconds) });
  }
  if (thrown instanceof ShuttingDownError) {
    return expected(503, 'Jamie is shutting down. Ask again in a few seconds.', { 'retry-after': '5' });
  }
  if (thrown instanceof JamieError) return expected(503, thrown.message, { 'retry-after': '30' });
  if (thrown instanceof HttpException) return expected(thrown.getStatus(), thrown.message);
  return fromExpress(thrown) ?? unexpected;
}

const unexpected: HttpFailure = {
  status: 500,
  message: 'Something went wrong inside Jamie. The log has the cause under this request_id.',
  headers: {},
  unexpected: true,
};

function refused({ status, message, headers, subject }: Refusal): HttpFailure {
  return { ...expected(status, message, headers), ...(subject === undefined ? {} : { subject }) };
}

function expected(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HttpFailure {
  return { status, message, headers, unexpected: status === 500 };
}

/** Errors of Express carry a status; their own words may repeat what was sent. */
function fromExpress(thrown: unknown): HttpFailure | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('status' in thrown)) return undefined;
  const status = Number(thrown.status);
  if (!Number.isInteger(status) || status < 400 || status > 499) return undefined;
  return expected(status, STATUS_CODES[status] ?? 'The request was refused.');
}

/** For the log alone. */
export function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? '') : '';
}
