import { ModelError } from '@jamie/core';
import { serverWordsOf } from './server-words';
import { modelMissing, statusFailure } from './status-failures';
import { connectTimeoutCode, type Deadline, type Trouble } from './trouble';
import type { About, Failure, Verdict } from './verdict';

/**
 * The one place that knows what each failure of Ollama means. No sentence repeats what the server said: its words may
 * hold parts of the prompt.
 */
export function judge(trouble: Trouble, about: About): Verdict {
  const failure = failureOf(trouble, about);
  const { code, sentence, overflow } = failure;
  const options = { retryable: failure.retryable ?? true, promptTooLong: overflow !== undefined };
  return {
    error: new ModelError(code, sentence, options),
    retries: failure.retries ?? 0,
    serverFault: failure.serverFault ?? false,
    modelLost: failure.modelLost ?? false,
    thinkUnknown: failure.thinkUnknown ?? false,
    ...(overflow && { overflow }),
  };
}

function failureOf(trouble: Trouble, about: About): Failure {
  switch (trouble.kind) {
    case 'unreachable':
      return unreachable(trouble.code, about);
    case 'connection-lost':
      return connectionLost(trouble.begun);
    case 'status':
      return statusFailure(trouble.status, serverWordsOf(trouble.body), about);
    case 'error-line':
      return errorLine(trouble.text, about);
    case 'deadline':
      return deadlinePassed(trouble.deadline, trouble.seconds, about);
    case 'no-done':
      return noDone();
    case 'garbage':
      return notTheProtocol(about, 'sent something that is not a line of its protocol');
    case 'line-too-long':
      return notTheProtocol(about, `sent a line of more than ${trouble.maxBytes} bytes`);
    case 'model-missing':
      return modelMissing(about);
    case 'empty':
    default:
      return emptyAnswer(trouble.thinking, trouble.cut);
  }
}

function unreachable(code: string, { url }: About): Failure {
  return {
    code: 'OllamaUnreachable',
    sentence: `Ollama cannot be reached at ${url}: ${whyUnreachable(code)}.`,
    retries: code === connectTimeoutCode ? 1 : 3,
    serverFault: true,
    modelLost: true,
  };
}

function whyUnreachable(code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `its host name is not known (${code}); check OLLAMA_URL`;
  }
  if (/CERT|_TLS_|_SSL_|^EPROTO$/u.test(code)) {
    return `no trusted TLS connection came about (${code}); check https in OLLAMA_URL, or name its authority in NODE_EXTRA_CA_CERTS`;
  }
  return `no connection came about (${code}); start it with \`ollama serve\`, or set OLLAMA_URL to where it runs`;
}

function connectionLost(begun: boolean): Failure {
  const when = begun ? 'in the middle of the answer' : 'before the answer began';
  return {
    code: 'OllamaStreamInterrupted',
    sentence: `The connection to Ollama broke ${when}; it was probably restarted, so ask again in a moment.`,
    retries: 3,
    serverFault: true,
    modelLost: true,
  };
}

/** An error in the middle of a stream; before its first chunk the same text would have come with a status. */
function errorLine(text: string, about: About): Failure {
  const words = serverWordsOf(text);
  if (words.overflow) return statusFailure(400, words, about);
  return {
    code: 'OllamaStreamInterrupted',
    sentence:
      'Ollama gave up in the middle of the answer with an error of its own; ask again, and look at its log if it happens twice.',
    retries: 1,
    serverFault: true,
    modelLost: true,
  };
}

const deadlineWords: Readonly<Record<Exclude<Deadline, 'load'>, readonly [string, string]>> = {
  'first-token': ['did not begin to answer', 'OLLAMA_FIRST_TOKEN_TIMEOUT_MS'],
  idle: ['fell silent in the middle of its answer', 'OLLAMA_IDLE_TIMEOUT_MS'],
  total: ['did not finish its answer', 'OLLAMA_TOTAL_TIMEOUT_MS'],
};

function deadlinePassed(deadline: Deadline, seconds: number, { model }: About): Failure {
  const code = 'OllamaTimeout';
  if (deadline === 'load') {
    const sentence = `The model ${model} is still being loaded after ${seconds} s; loading goes on, so ask again in a minute.`;
    return { code, sentence, serverFault: true };
  }
  const [what, variable] = deadlineWords[deadline];
  const how = deadline === 'idle' ? `for ${seconds} s` : `within ${seconds} s`;
  return {
    code,
    sentence: `The model ${model} ${what} ${how}; see \`ollama ps\` and Ollama's log, or raise ${variable}.`,
    // A long answer that ran out of time says nothing against the server.
    serverFault: deadline !== 'total',
  };
}

function noDone(): Failure {
  return {
    code: 'OllamaStreamInterrupted',
    sentence:
      "Ollama's answer ended before it was complete, without a word of why; ask again, perhaps in other words.",
    retries: 1,
    serverFault: true,
  };
}

function notTheProtocol({ url }: About, what: string): Failure {
  return {
    code: 'OllamaBadResponse',
    sentence: `What answers at ${url} ${what}; check that OLLAMA_URL leads to Ollama and that no proxy alters its answers.`,
    retries: 1,
    serverFault: true,
  };
}

function emptyAnswer(thinking: boolean, cut: boolean): Failure {
  const why = cut ? ', because OLLAMA_NUM_PREDICT was used up before its first word; raise it' : '';
  const what = thinking ? 'thought, but wrote no answer' : 'gave an empty answer';
  return {
    code: 'OllamaBadResponse',
    sentence: `The model ${what}${why === '' ? '; ask again in other words' : why}.`,
    retries: 1,
  };
}
