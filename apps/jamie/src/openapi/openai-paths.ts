import {
  chatCompletion,
  chatCompletionChunk,
  modelList,
  modelSchema,
  openAiError,
} from '../openai/completion-response';
import { completionRequest } from '../openai/completion-request';
import { type Json, asking, content, failures, ofEveryAsk, open, schema } from './parts';

const streamDescription =
  'With `"stream": true`: server-sent events, each a ChatCompletionChunk, then `[DONE]`. ' +
  'A failure before the first of them has its status, a later one is an event with the error.';

/** The part that speaks as OpenAI does. */
export function openAiPaths(): Json {
  const name = { name: 'model', in: 'path', required: true, schema: { type: 'string' } };
  return {
    '/v1/chat/completions': { post: completions() },
    '/v1/models': {
      get: { summary: 'The models', operationId: 'listModels', ...models('ModelList', [401]) },
    },
    '/v1/models/{model}': {
      get: {
        summary: 'One model',
        operationId: 'readModel',
        parameters: [name],
        ...models('Model', [401, 404]),
      },
    },
  };
}

export function openAiSchemas(): Json {
  return {
    ChatCompletionRequest: schema(completionRequest, 'input'),
    ChatCompletion: schema(chatCompletion, 'output'),
    ChatCompletionChunk: schema(chatCompletionChunk, 'output'),
    Model: schema(modelSchema, 'output'),
    ModelList: schema(modelList, 'output'),
    OpenAiError: schema(openAiError, 'output'),
  };
}

function completions(): Json {
  const events = { 'text/event-stream': { schema: { type: 'string' } } };
  const answer = {
    description: `The answer. ${streamDescription}`,
    content: { ...content('ChatCompletion'), ...events },
  };
  return {
    summary: "Ask a question, by OpenAI's API",
    description:
      'The messages are the conversation, the last one of the user is the question. Parameters that only tune a model are not looked at; tools, several answers and other formats than text are refused.',
    operationId: 'createChatCompletion',
    ...asking('ChatCompletionRequest'),
    responses: { 200: answer, ...failures([...ofEveryAsk, 404, 503, 504], 'OpenAiError') },
  };
}

function models(body: string, statuses: readonly number[]): Json {
  const found = { description: 'Found', content: content(body) };
  return { ...open, responses: { 200: found, ...failures(statuses, 'OpenAiError') } };
}
