import type { ServerWords } from './server-words';
import type { About, Failure } from './verdict';

type Rule = readonly [matches: (status: number, text: string) => boolean, failure: (about: About) => Failure];

const text = (pattern: RegExp) => (_status: number, words: string) => pattern.test(words);
const status =
  (...codes: readonly number[]) =>
  (code: number) =>
    codes.includes(code);

/** The first rule that matches decides; texts are those of Ollama's and llama-server's handlers. */
const rules: readonly Rule[] = [
  [(code, words) => code === 404 && /^model ['"].*not found/u.test(words), modelMissing],
  [text(/does not support (thinking|think)/u), thinkingUnsupported],
  [text(/does not support (chat|generate|tools)/u), wrongKind],
  [text(/^(option "|invalid format|invalid model name|no user query found)/u), rejected],
  [text(/more system memory|out[- ]of[- ]memory|cudaMalloc failed|failed to allocate/iu), outOfMemory],
  [text(/model runner has unexpectedly stopped|error was encountered while running/u), runnerDied],
  [text(/no slots available|llm server loading model|server busy|overloaded/iu), busy],
  [
    text(/process has terminated|timed out waiting for|incompatible with your version|binary not found/u),
    loadFailed,
  ],
  [status(401, 403), forbidden],
  [status(429, 503), busy],
  [status(502, 504), proxyFailed],
  [(code) => code >= 300 && code < 400, redirected],
  [status(404, 405), notOllama],
  [(code) => code >= 400 && code < 500, rejected],
];

export function statusFailure(code: number, words: ServerWords, about: About): Failure {
  if (words.overflow) return promptTooLong(words.overflow);
  const rule = rules.find(([matches]) => matches(code, words.text));
  return rule ? rule[1](about) : serverError(code);
}

function promptTooLong(overflow: NonNullable<ServerWords['overflow']>): Failure {
  const { promptTokens, contextTokens } = overflow;
  const numbers = promptTokens > 0 ? ` (${promptTokens} tokens, room for ${contextTokens})` : '';
  return {
    code: 'OllamaRequestRejected',
    sentence: `The question with all that belongs to it is too long for the model${numbers}; shorten it, or raise OLLAMA_NUM_CTX.`,
    retryable: false,
    overflow,
  };
}

export function modelMissing({ model, installed }: About): Failure {
  return {
    code: 'OllamaModelNotFound',
    sentence: `Ollama does not have the model ${model}${listOf(installed)}; create it with \`ollama create ${model} -f models/bruno-sre/Modelfile\`.`,
    retryable: false,
    modelLost: true,
  };
}

/** ` (it has: a, b)`, or nothing when it is not known. */
function listOf(installed: readonly string[] | undefined): string {
  if (!installed) return '';
  if (installed.length === 0) return ' (it has no models yet)';
  const more = installed.length > 10 ? ` and ${installed.length - 10} more` : '';
  return ` (it has: ${installed.slice(0, 10).join(', ')}${more})`;
}

function thinkingUnsupported({ model }: About): Failure {
  const sentence = `Ollama refused the field "think" for the model ${model}; it is left out from now on, so ask again.`;
  return { code: 'OllamaRequestRejected', sentence, retries: 1, thinkUnknown: true };
}

function wrongKind({ model }: About): Failure {
  const sentence = `The model ${model} cannot chat; set MODEL_NAME to one that can.`;
  return { code: 'OllamaRequestRejected', sentence, retryable: false };
}

function rejected(): Failure {
  const sentence =
    "Ollama refused the request as malformed; compare the OLLAMA_ settings with its log, its version may not fit Jamie's.";
  return { code: 'OllamaRequestRejected', sentence, retryable: false };
}

function forbidden({ url }: About): Failure {
  const sentence = `Ollama at ${url} refused access; check user and password in OLLAMA_URL, and on the server OLLAMA_HOST and OLLAMA_ORIGINS.`;
  return { code: 'OllamaRequestRejected', sentence, retryable: false };
}

function busy(): Failure {
  const sentence = 'Ollama has more requests than it takes; ask again in a moment.';
  return { code: 'OllamaBusy', sentence, retries: 3, serverFault: true };
}

function runnerDied(): Failure {
  const sentence =
    "Ollama's model runner stopped unexpectedly, often for want of memory; ask again, and look at Ollama's log if it happens twice.";
  return { code: 'OllamaBadResponse', sentence, retries: 1, serverFault: true, modelLost: true };
}

function loadFailed({ model }: About): Failure {
  const sentence = `Ollama could not load the model ${model}; its log says why, and \`ollama run ${model}\` tries again.`;
  return { code: 'OllamaBadResponse', sentence, retries: 1, serverFault: true, modelLost: true };
}

function outOfMemory({ model }: About): Failure {
  const sentence = `There is not enough memory for the model ${model}; free some, take a smaller model, or lower OLLAMA_NUM_CTX.`;
  return { code: 'OllamaBadResponse', sentence, retries: 1, serverFault: true, modelLost: true };
}

function proxyFailed({ url }: About): Failure {
  const sentence = `What stands before Ollama at ${url} could not reach it; see that \`ollama serve\` runs behind it.`;
  return { code: 'OllamaBadResponse', sentence, retries: 3, serverFault: true };
}

function redirected({ url }: About): Failure {
  const sentence = `The address ${url} leads elsewhere; set OLLAMA_URL to the final address.`;
  return { code: 'OllamaBadResponse', sentence, retryable: false };
}

function notOllama({ url }: About): Failure {
  const sentence = `What answers at ${url} does not know Ollama's chat; check OLLAMA_URL.`;
  return { code: 'OllamaBadResponse', sentence, retryable: false };
}

function serverError(code: number): Failure {
  const sentence = `Ollama answered with status ${code} and an error of its own; its log says more.`;
  return { code: 'OllamaBadResponse', sentence, retries: 1, serverFault: true };
}
