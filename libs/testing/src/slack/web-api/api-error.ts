import type { Json } from '../json';

/** An answer `ok: false`; the code is Slack's error word. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly details: Json = {},
  ) {
    super(code);
  }
}

/** docs.slack.dev, evaluating responses: what is wrong stands in response_metadata.messages. */
export function invalidArguments(problem: string): ApiError {
  return new ApiError('invalid_arguments', { response_metadata: { messages: [`[ERROR] ${problem}`] } });
}
