import { anything, assert, json, object, oneof, property, record, string } from 'fast-check';
import { Refusal } from '../http/errors';
import { parseChatRequest } from './chat-request';

const nearlyRight = record(
  {
    message: oneof(string({ unit: 'binary', maxLength: 50 }), anything()),
    context: oneof(string(), anything()),
    conversation_id: oneof(string(), anything()),
    more: anything(),
  },
  { requiredKeys: [] },
);

it('takes a body of its own form, and refuses every other one with a sentence', () => {
  assert(
    property(
      oneof(
        anything(),
        object(),
        nearlyRight,
        json().map((text): unknown => JSON.parse(text)),
      ),
      (body) => {
        try {
          const read = parseChatRequest(body);
          expect(read.message).toBe(read.message.trim());
          expect(read.message).not.toBe('');
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Refusal);
          expect(thrown).toMatchObject({ status: 400, message: expect.stringMatching(/\.$/) });
        }
      },
    ),
    { numRuns: 1000 },
  );
});
