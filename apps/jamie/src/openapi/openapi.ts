import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import { chatRequest } from '../chat/chat-request';
import { chatResponse } from '../chat/chat-response';
import { feedbackRequest, feedbackResponse } from '../feedback/feedback-request';
import { version } from '../package-root';
import { runbookRequest } from '../runbooks/runbook-request';
import { runbookList, runbookText } from '../runbooks/runbook-response';

type Json = Record<string, unknown>;

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
      ...healthPaths(),
      '/openapi.json': { get: plain('This document') },
    },
    components: {
      schemas: {
        ChatRequest: schema(chatRequest, 'input'),
        ChatResponse: schema(chatResponse, 'output'),
        RunbookList: schema(runbookList, 'output'),
        Runbook: schema(runbookText, 'output'),
        FeedbackRequest: schema(feedbackRequest, 'input'),
        FeedbackResponse: schema(feedbackResponse, 'output'),
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
          'application/json': { schema: reference('ChatResponse') },
          'text/event-stream': { schema: { type: 'string' } },
        },
      },
      ...failures(400, 401, 413, 415, 429, 500, 503, 504),
    },
  };
}

function runbookPaths(): Json {
  const query = Object.entries(runbookRequest.shape).map(([name, type]) => ({
    name,
    in: 'query',
    schema: schema(type, 'input'),
  }));
  const path = {
    name: 'path',
    in: 'path',
    required: true,
    description: 'As in the list, with its slashes',
    schema: { type: 'string' },
    example: 'kubernetes/workloads/KubePodCrashLooping.md',
  };
  return {
    '/api/runbooks': { get: reading('List or search the runbooks', 'RunbookList', query) },
    '/api/runbooks/{path}': { get: reading('Read one runbook', 'Runbook', [path]) },
  };
}

function reading(summary: string, result: string, parameters: readonly Json[]): Json {
  return {
    summary,
    security: [{}, { apiKey: [] }],
    parameters,
    responses: {
      200: { description: summary, content: { 'application/json': { schema: reference(result) } } },
      ...failures(400, 401, 404, 429),
    },
  };
}

function feedback(): Json {
  const content = { 'application/json': { schema: reference('FeedbackResponse') } };
  return {
    summary: 'Say whether an answer helped',
    operationId: 'feedback',
    ...asking('FeedbackRequest'),
    responses: {
      200: { description: 'Counted; `stored` says whether it was kept as well', content },
      ...failures(400, 401, 413, 415, 429, 500),
    },
  };
}

/** What all requests with a body have in common. */
function asking(body: string): Json {
  return {
    security: [{}, { apiKey: [] }],
    requestBody: { required: true, content: { 'application/json': { schema: reference(body) } } },
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
  const content = { 'application/json': { schema: { type: 'object' } } };
  return { summary, responses: { 200: { description: summary, content }, ...more } };
}

function failures(...statuses: readonly number[]): Json {
  return Object.fromEntries(statuses.map((status) => [String(status), failure(status)]));
}

function failure(status: number): Json {
  return {
    description: STATUS_CODES[status] ?? String(status),
    content: { 'application/json': { schema: reference('Error') } },
  };
}

function reference(name: string): Json {
  return { $ref: `#/components/schemas/${name}` };
}

function schema(type: z.ZodType, io: 'input' | 'output'): unknown {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(type, { io });
  return rest;
}
