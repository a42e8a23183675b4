import { type ModelFact, examineModel } from '@jamie/ollama';
import type { Config } from '../../../config/config';
import { ollamaOptions } from '../../../config/ollama-options';
import { type Finding, findingsOf } from '../finding';

const { ok, warning, wrong } = findingsOf('model');

/** Is Ollama reached, is the model there, does it answer, and does the context that is asked for fit it? */
export async function* checkModel(config: Config, signal: AbortSignal): AsyncGenerator<Finding> {
  for await (const fact of examineModel(ollamaOptions(config), signal)) yield* findingsFrom(fact, config);
  yield* checkRoom(config);
}

function* findingsFrom(fact: ModelFact, config: Config): Generator<Finding> {
  const { MODEL_NAME: model } = config;
  switch (fact.kind) {
    case 'reached':
      yield ok(`Ollama ${fact.version} answers at ${fact.url}`);
      break;
    case 'found':
      yield* foundModel(fact, config);
      break;
    case 'answered':
      yield ok(
        `${model} answered with its first token after ${fact.seconds.toFixed(1)} s${placesHint(config)}`,
      );
      break;
    case 'loaded':
      yield* loadedModel(fact, config);
      break;
    case 'failed':
    default:
      yield wrong(fact.sentence);
  }
}

function* foundModel(fact: Extract<ModelFact, { kind: 'found' }>, config: Config): Generator<Finding> {
  const { MODEL_NAME: model, OLLAMA_NUM_CTX: wanted } = config;
  const { parameters, quantization, trainedTokens: trained, chats } = fact;
  if (chats === false) {
    yield wrong(`${model} is a model that does not chat`, 'set MODEL_NAME to one that does');
    return;
  }
  const facts = [parameters, quantization].filter((word) => word !== undefined).join(', ');
  yield ok(`${model} is there${facts === '' ? '' : ` (${facts})`}`);
  if (trained !== undefined && trained < wanted)
    yield warning(
      `${model} was trained on contexts of ${trained} tokens, and OLLAMA_NUM_CTX asks for ${wanted}`,
      `set OLLAMA_NUM_CTX=${trained}, or take a model with a longer context`,
    );
}

function* loadedModel(
  { contextTokens: tokens }: Extract<ModelFact, { kind: 'loaded' }>,
  { OLLAMA_NUM_CTX: wanted }: Config,
): Generator<Finding> {
  if (tokens === undefined) return;
  if (tokens >= wanted) {
    yield ok(`it is loaded with the context that OLLAMA_NUM_CTX asks for, ${wanted} tokens`);
    return;
  }
  yield warning(
    `it is loaded with a context of ${tokens} tokens, and OLLAMA_NUM_CTX asks for ${wanted}: long questions fail`,
    `set OLLAMA_NUM_CTX=${tokens}, or find out from Ollama's log why it gives less`,
  );
}

/** The server cannot be asked for its OLLAMA_NUM_PARALLEL. */
function placesHint({ OLLAMA_MAX_IN_FLIGHT: places }: Config): string {
  if (places === 1) return '';
  return `; OLLAMA_MAX_IN_FLIGHT=${places} needs a server with OLLAMA_NUM_PARALLEL=${places} or more`;
}

function* checkRoom({ OLLAMA_NUM_CTX: context, OLLAMA_NUM_PREDICT: answer }: Config): Generator<Finding> {
  if (answer * 2 <= context) return;
  yield warning(
    `the answer may take ${answer} of the ${context} tokens of the context, which leaves little for question and runbooks`,
    `set OLLAMA_NUM_PREDICT to ${Math.floor(context / 2)} or less, or raise OLLAMA_NUM_CTX`,
  );
}
