import * as fc from 'fast-check';
import { parseChatLine } from './chat-line';

const parse = (value: unknown) => parseChatLine(JSON.stringify(value));
const said = (content: string) => ({ role: 'assistant', content });

it('reads a piece of text', () => {
  expect(parse({ model: 'm', message: said('Pod'), done: false })).toEqual({
    kind: 'piece',
    content: 'Pod',
    thinking: false,
  });
});

it('tells thinking from text', () => {
  expect(parse({ message: { ...said(''), thinking: 'hm' }, done: false })).toEqual({
    kind: 'piece',
    content: '',
    thinking: true,
  });
});

it('reads the end with its counts, in seconds and tokens', () => {
  const end = { message: said('.'), done: true, done_reason: 'length', load_duration: 1_500_000_000 };
  expect(
    parse({ ...end, prompt_eval_count: 26, eval_count: 282, total_duration: 1, something_new: {} }),
  ).toEqual({
    kind: 'end',
    content: '.',
    thinking: false,
    reason: 'length',
    promptTokens: 26,
    completionTokens: 282,
    loadSeconds: 1.5,
  });
});

it('takes an end without counts, without a message, and with a reason but no done', () => {
  const unknown = { promptTokens: undefined, completionTokens: undefined, loadSeconds: undefined };
  expect(parse({ done: true })).toMatchObject({ kind: 'end', content: '', reason: '', ...unknown });
  expect(parse({ message: said('x'), done_reason: 'stop' })).toMatchObject({
    kind: 'end',
    content: 'x',
    reason: 'stop',
  });
  expect(parse({ done: false, done_reason: 'stop' })).toMatchObject({ kind: 'end', reason: 'stop' });
});

it.each([NaN, -1, 1.5, '7', null, {}, Infinity])('takes %p for no count', (count) => {
  expect(parse({ done: true, eval_count: count })).toMatchObject({
    kind: 'end',
    completionTokens: undefined,
  });
});

it.each([
  [{ error: 'runner died' }, 'runner died'],
  [{ error: { code: 500, message: 'from llama-server' } }, 'from llama-server'],
  [{ 'error parsing tool call': 'raw' }, 'error parsing tool call'],
  [{ error: 'first', message: said('x'), done: false }, 'first'],
])('reads the error line %j', (value, text) => {
  expect(parse(value)).toEqual({ kind: 'error', text });
});

it.each(['<html>', '{"message":', 'null', '[]', '7', '"text"', '{}', '{"foo":1}'])(
  'takes %s for no line of the protocol',
  (line) => {
    expect(parseChatLine(line)).toBeUndefined();
  },
);

it('takes a piece without a message as an empty one', () => {
  expect(parse({ model: 'm', done: false })).toEqual({ kind: 'piece', content: '', thinking: false });
});

it('never throws, whatever the JSON', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      parseChatLine(json);
    }),
  );
});
