// @ts-check
import { forgetKey, keyInUse, requestKey } from './key.js';

/** A refusal of the server; the message is its own sentence for people. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {{ status: number, requestId?: string | undefined }} facts
   */
  constructor(message, { status, requestId }) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.requestId = requestId;
  }
}

/**
 * @typedef {object} SendOptions
 * @property {string} [method]
 * @property {Readonly<Record<string, string>>} [headers]
 * @property {string} [body]
 * @property {AbortSignal} [signal]
 */

/**
 * Sends a request, with the API key when there is one. Asks for a key when the server wants one, as often as needed.
 * Rejects with an ApiError for whatever is not 2xx, and with the signal's reason.
 * @param {string} path
 * @param {SendOptions} [init]
 * @returns {Promise<Response>}
 */
export async function send(path, init = {}) {
  for (;;) {
    const key = keyInUse();
    const headers = { ...init.headers, ...(key && { authorization: `Bearer ${key}` }) };
    const response = await fetchOrExplain(path, { ...init, headers });
    if (response.ok) return response;
    if (response.status !== 401) throw await refusal(response);
    forgetKey(key);
    if (!(await requestKey(key !== undefined))) throw await refusal(response);
  }
}

/**
 * @param {string} path
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>} what the server's OpenAPI document says
 */
export async function readJson(path, signal) {
  const response = await send(path, { ...(signal && { signal }) });
  return response.json();
}

/**
 * @param {string} path
 * @param {RequestInit} init
 */
async function fetchOrExplain(path, init) {
  try {
    return await fetch(path, init);
  } catch (thrown) {
    if (init.signal?.aborted) throw thrown;
    throw new ApiError('Jamie cannot be reached. Check that it is running and that you are connected.', {
      status: 0,
    });
  }
}

/** @param {Response} response */
async function refusal(response) {
  const body = await response.json().catch(() => ({}));
  const message = typeof body.message === 'string' ? body.message : `The server answered ${response.status}.`;
  const requestId = response.status >= 500 ? (response.headers.get('x-request-id') ?? undefined) : undefined;
  return new ApiError(message, { status: response.status, requestId });
}
