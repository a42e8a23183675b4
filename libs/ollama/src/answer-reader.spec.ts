import { AnswerReader } from './answer-reader';

const reader = (emptyIsFine = false) => new AnswerReader({ maxLineBytes: 1000, emptyIsFine });
const piece = (content: string) => Buffer.from(`${JSON.stringify({ message: { content }, done: false })}\n`);
const end = Buffer.from('{"message":{"content":""},"done":true,"done_reason":"stop","eval_count":2}\n');

it('collects text until it is taken', () => {
  const answer = reader();
  answer.push(Buffer.concat([piece('The '), piece('disk')]));
  expect([answer.take(), answer.take()]).toEqual(['The disk', '']);
});

it('keeps blank text before the first word until the word comes', () => {
  const answer = reader();
  answer.push(piece('\n\n'));
  expect([answer.hasText, answer.begun]).toEqual([false, true]);
  answer.push(piece('  Yes'));
  answer.push(piece(' '));
  expect(answer.take()).toBe('\n\n  Yes ');
});

it('is whole with the line that says so, and ignores what follows', () => {
  const answer = reader();
  answer.push(Buffer.concat([piece('Yes'), end, Buffer.from('<html>\n')]));
  answer.push(Buffer.from('garbage\n'));
  answer.end();
  expect(answer.completion).toEqual({
    finishReason: 'stop',
    usage: { promptTokens: 0, completionTokens: 2 },
    counted: true,
    loadSeconds: undefined,
  });
});

it('reads a last line without a line end', () => {
  const answer = reader(true);
  answer.push(end.subarray(0, -1));
  expect(answer.completion).toBeUndefined();
  answer.end();
  expect(answer.completion).toBeDefined();
});

it('keeps the text that came before an error in the same bytes', () => {
  const answer = reader();
  expect(() => answer.push(Buffer.concat([piece('partly'), Buffer.from('{"error":"x"}\n')]))).toThrow(
    'error-line',
  );
  expect(answer.take()).toBe('partly');
});

it('complains of an end without a word, unless none is expected', () => {
  expect(() => reader().push(end)).toThrow('empty');
  expect(() => reader(true).push(end)).not.toThrow();
});

it('complains of bytes that end without an end', () => {
  const answer = reader();
  answer.push(piece('partly'));
  expect(() => answer.end()).toThrow('no-done');
});
