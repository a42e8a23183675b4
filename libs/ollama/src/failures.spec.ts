import { modelErrorCodes } from '@jamie/core';
import * as fc from 'fast-check';
import { judge } from './failures';
import type { Trouble } from './trouble';

const about = { url: 'http://localhost:11434', model: 'bruno-sre' };
const answered = (status: number, error: string): Trouble => ({
  kind: 'status',
  status,
  body: JSON.stringify({ error }),
});

it.each<[string, Trouble, string]>([
  ['no such host', { kind: 'unreachable', code: 'ENOTFOUND' }, 'OllamaUnreachable'],
  ['refused', { kind: 'unreachable', code: 'ECONNREFUSED' }, 'OllamaUnreachable'],
  ['lost', { kind: 'connection-lost', code: 'ECONNRESET', begun: false }, 'OllamaStreamInterrupted'],
  ['first token', { kind: 'deadline', deadline: 'first-token', seconds: 120 }, 'OllamaTimeout'],
  ['load', { kind: 'deadline', deadline: 'load', seconds: 120 }, 'OllamaTimeout'],
  ['missing', { kind: 'model-missing' }, 'OllamaModelNotFound'],
  [
    'missing, other quotes',
    answered(404, 'model "x" not found, try pulling it first'),
    'OllamaModelNotFound',
  ],
  ['busy by name', answered(500, 'unexpected server status: llm server loading model'), 'OllamaBusy'],
  ['too many', answered(429, 'slow down'), 'OllamaBusy'],
  ['gateway timeout', { kind: 'status', status: 504, body: '<html>' }, 'OllamaBadResponse'],
  ['no user message', answered(500, 'no user query found in messages'), 'OllamaRequestRejected'],
  ['load timed out', answered(500, 'timed out waiting for llama-server to start - '), 'OllamaBadResponse'],
  ['older loader', answered(500, 'llama runner process has terminated: exit status 2'), 'OllamaBadResponse'],
  ['something new', answered(500, 'a new kind of mistake'), 'OllamaBadResponse'],
  ['teapot', answered(418, ''), 'OllamaRequestRejected'],
  [
    'overflow of ollama 0.24',
    answered(400, 'the input length exceeds the context length'),
    'OllamaRequestRejected',
  ],
])('names %s', (_what, trouble, code) => {
  expect(judge(trouble, about).error.code).toBe(code);
});

it('reads the numbers of an overflow as JSON inside JSON, as plain JSON, and in the middle of a stream', () => {
  const inner = {
    code: 400,
    message: 'm',
    type: 'exceed_context_size_error',
    n_prompt_tokens: 9000,
    n_ctx: 8192,
  };
  const expected = { promptTokens: 9000, contextTokens: 8192 };
  const nested = JSON.stringify({ error: inner });
  expect(judge(answered(400, nested), about).overflow).toEqual(expected);
  expect(judge({ kind: 'status', status: 400, body: nested }, about).overflow).toEqual(expected);
  expect(judge({ kind: 'error-line', text: nested }, about).overflow).toEqual(expected);
});

it.each([
  'the prompt is longer than the context length currently available to the model; shorten it',
  'request (9000 tokens) exceeds the available context size (8192 tokens), try increasing it',
])('knows an overflow without numbers by its words: %s', (text) => {
  expect(judge(answered(400, text), about)).toMatchObject({
    overflow: { promptTokens: 0, contextTokens: 0 },
    error: { promptTooLong: true, retryable: false },
    serverFault: false,
  });
});

it.each([['llama3.2'], ['bruno-sre']])('gives the command that creates %s', (model) => {
  const { message } = judge({ kind: 'model-missing' }, { ...about, model }).error;
  expect(message).toContain(`\`ollama create ${model} -f models/bruno-sre/Modelfile\``);
});

it('names ten installed models at most', () => {
  const installed = Array.from({ length: 13 }, (_, index) => `m${index}`);
  expect(judge({ kind: 'model-missing' }, { ...about, installed }).error.message).toContain('m9 and 3 more)');
});

it.each([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
])('tells %s from a server that is down', (code) => {
  expect(judge({ kind: 'unreachable', code }, about).error.message).toContain('NODE_EXTRA_CA_CERTS');
});

it('counts only failures of the server towards the breaker', () => {
  const faults = [
    answered(400, 'x'),
    answered(401, ''),
    answered(404, "model 'x' not found"),
    answered(500, 'option "x" must be of type integer'),
    answered(500, 'x'),
    answered(503, 'x'),
  ].map((trouble) => judge(trouble, about).serverFault);
  expect(faults).toEqual([false, false, false, false, true, true]);
});

it('makes one sentence with a full stop, without the words of the server, of every status and body', () => {
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.record({ error: fc.string() }).map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(fc.integer({ min: 300, max: 599 }), body, (status, text) => {
      const { error } = judge({ kind: 'status', status, body: `zebra ${text}` }, about);
      expect(modelErrorCodes).toContain(error.code);
      expect(error.message).toMatch(/^[A-Z].{20,}\.$/u);
      expect(error.message).not.toContain('zebra');
    }),
  );
});
