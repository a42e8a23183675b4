import type { FailureSubject, HttpFailure } from '../http/errors';

/** The error body of https://platform.openai.com/docs/guides/error-codes */
export interface OpenAiErrorBody {
  readonly error: FailureSubject & { readonly message: string; readonly type: string };
}

const codes: Readonly<Record<number, string>> = {
  401: 'invalid_api_key',
  413: 'request_too_large',
  429: 'rate_limit_exceeded',
  503: 'service_unavailable',
  504: 'timeout',
};

export function openAiErrorBody({ status, message, subject }: HttpFailure): OpenAiErrorBody {
  const { param, code } = subject ?? { param: null, code: codes[status] ?? null };
  return { error: { message, type: typeOf(status), param, code } };
}

/** Whether a path belongs to the part of the API that speaks as OpenAI does, errors and unknown paths included. */
export function speaksOpenAi(path: string): boolean {
  return /^\/v1(?:[/?]|$)/i.test(path);
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}
