import { z } from 'zod';
import { chatRequest } from '../chat/chat-request';
import { chatResponse } from '../chat/chat-response';
import { feedbackRequest, feedbackResponse } from '../feedback/feedback-request';
import { version } from '../package-root';
import { openAiPaths, openAiSchemas } from './openai-paths';
import { type Json, asking, content, failure, failures, ofEveryAsk, schema } from './parts';
import { runbookPaths, runbookSchemas } from './runbook-paths';

const error = z.object({
  statusCode: z.int(),
  error: z.string(),
  message: z.string().meta({ description: 'One sentence for people' }),
  request_id: z.string(),
});

const streamDescription =
  'With `Accept: text/event-stream`: the events `status` {phase, text}, `text-delta` {text}, `sources` {sources}, ' +
  'then one `finish` (the JSON answer) or `error` (the JSON error).';

/** The API as OpenAPI 3.1, https://spec.openapis.org/oas/v3.1.1, from the schemas that check it. */
export function openApiDocument(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Jamie',
      version,
      description: 'An SRE chatbot that answers from runbooks and a local model.',
    },
    paths: {
      '/chat': { post: chat() },
      ...runbookPaths(),
      '/feedback': { post: feedback() },
      ...openAiPaths(),
      ...healthPaths(),
      '/openapi.json': { get: plain('This document') },
    },
    components: {
      schemas: {
        ChatRequest: schema(chatRequest, 'input'),
        ChatResponse: schema(chatResponse, 'output'),
        ...runbookSchemas(),
        FeedbackRequest: schema(feedbackRequest, 'input'),
        FeedbackResponse: schema(feedbackResponse, 'output'),
        ...openAiSchemas(),
        Error: schema(error, 'output'),
      },
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'Only where API_KEYS is set' },
      },
    },
  };
}

function chat(): Json {
  return {
    summary: 'Ask a question',
    operationId: 'chat',
    ...asking('ChatRequest'),
    responses: {
      200: {
        description: `The answer. ${streamDescription}`,
        content: {
          ...content('ChatResponse'),
          'text/event-stream': { schema: { type: 'string' } },
        },
      },
      ...failures([...ofEveryAsk, 503, 504]),
    },
  };
}

function feedback(): Json {
  return {
    summary: 'Say whether an answer helped',
    operationId: 'feedback',
    ...asking('FeedbackRequest'),
    responses: {
      200: {
        description: 'Counted; `stored` says whether it was kept as well',
        content: content('FeedbackResponse'),
      },
      ...failures(ofEveryAsk),
    },
  };
}

function healthPaths(): Json {
  const notReady = { 503: failure(503) };
  return {
    '/health': { get: plain('The process is alive; how its dependencies are') },
    '/health/live': { get: plain('The process is alive') },
    '/health/ready': { get: plain('Ready to take traffic', notReady) },
  };
}

function plain(summary: string, more: Json = {}): Json {
  const body = { 'application/json': { schema: { type: 'object' } } };
  return { summary, responses: { 200: { description: summary, content: body }, ...more } };
}
