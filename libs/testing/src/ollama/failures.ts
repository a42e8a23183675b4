import {
  type AnswerBehaviour,
  type BrokenBehaviour,
  type Ending,
  ollamaAnswer,
  ollamaRefusal,
  type RefusalBehaviour,
} from './behaviour';

const error = (status: number, text: string): RefusalBehaviour =>
  ollamaRefusal(status, JSON.stringify({ error: text }));

const ends = (chunks: readonly string[], ending: Ending): AnswerBehaviour => ollamaAnswer(chunks, { ending });

/** The ways in which Ollama, or what stands before it, is known to fail, with the bytes that they send. */
export const ollamaFailures = {
  runnerDied: () =>
    error(
      500,
      'model runner has unexpectedly stopped, this may be due to resource limitations or an internal error, check ollama server logs for details',
    ),
  runnerDiedAfter: (...chunks: readonly string[]) =>
    ends(chunks, {
      kind: 'line',
      line: '{"error":"an error was encountered while running the model: unexpected EOF"}',
    }),
  /** The stream ends cleanly without a done line. */
  noDoneAfter: (...chunks: readonly string[]) => ends(chunks, { kind: 'no-done' }),
  /** The last line has a reason but not `done`; the answer is whole. */
  doneReasonOnlyAfter: (...chunks: readonly string[]) => ends(chunks, { kind: 'done-reason-only' }),
  stallAfter: (...chunks: readonly string[]) => ends(chunks, { kind: 'stall' }),
  /** What a restart does to a stream: the connection is closed in the middle. */
  cutAfter: (...chunks: readonly string[]) => ends(chunks, { kind: 'cut' }),
  resetAfter: (...chunks: readonly string[]) => ends(chunks, { kind: 'reset' }),
  garbageAfter: (...chunks: readonly string[]) =>
    ends(chunks, { kind: 'line', line: '<html><body>upstream went away</body></html>' }),
  veryLongLine: (bytes: number) => ends([], { kind: 'line', line: 'x'.repeat(bytes) }),
  emptyAnswer: () => ollamaAnswer([]),
  thinkingOnly: () =>
    ollamaAnswer([], {
      thinking: ['Let me', ' see'],
      ending: { kind: 'done', reason: 'length' },
    }),
  modelMissing: (model: string) => error(404, `model '${model}' not found`),
  badRequest: (text = "invalid character 'x' looking for beginning of value") => error(400, text),
  badOption: () => error(500, 'option "temperature" must be of type float32'),
  thinkingUnsupported: (model: string) => error(400, `"${model}" does not support thinking`),
  chatUnsupported: (model: string) => error(400, `"${model}" does not support chat`),
  queueFull: () => error(503, 'server busy, please try again.  maximum pending requests exceeded'),
  noSlot: () => error(500, 'no slots available after 10 retries'),
  loadFailed: () => error(500, 'llama-server process has terminated: exit status 2: error loading model'),
  outOfMemory: () => error(500, 'model requires more system memory (24.3 GiB) than is available (11.2 GiB)'),
  outOfDeviceMemory: () =>
    error(500, 'llama-server reported out-of-memory during startup: cudaMalloc failed: out of memory'),
  /** The native path of 0.30 and later: JSON within JSON. */
  nativeOverflow: (promptTokens: number, contextTokens: number) =>
    error(
      400,
      JSON.stringify({
        error: {
          code: 400,
          message: `request (${promptTokens} tokens) exceeds the available context size (${contextTokens} tokens), try increasing it`,
          type: 'exceed_context_size_error',
          n_prompt_tokens: promptTokens,
          n_ctx: contextTokens,
        },
      }),
    ),
  renderedOverflow: () => error(400, 'the input length exceeds the context length'),
  /** A server bound to loopback that was called by another host name. */
  forbidden: () => ollamaRefusal(403, '', ''),
  unauthorised: () =>
    ollamaRefusal(
      401,
      '{"error":"unauthorized","signin_url":"https://ollama.com/connect?name=test&key=abc"}',
    ),
  proxyError: () =>
    ollamaRefusal(
      502,
      '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n',
      'text/html',
    ),
  overloaded: () => error(503, 'Server overloaded, please retry shortly (ref: 1f6c2f3a)'),
  hang: (): BrokenBehaviour => ({ kind: 'hang' }),
  cut: (): BrokenBehaviour => ({ kind: 'cut' }),
  reset: (): BrokenBehaviour => ({ kind: 'reset' }),
} as const;
