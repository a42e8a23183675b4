import {
  anything,
  array,
  assert,
  constantFrom,
  dictionary,
  letrec,
  oneof,
  property,
  record,
  string,
} from 'fast-check';
import { type Json, isJson } from '../fields';
import { readFeedback } from '../rendering/feedback';
import { messageText } from './message-text';
import { askFromCommand, askFromEvent, askFromShortcut } from './read-ask';

const names = [
  'type',
  'text',
  'user',
  'channel',
  'ts',
  'thread_ts',
  'event',
  'blocks',
  'elements',
  'attachments',
];
const more = [
  'fields',
  'files',
  'authorizations',
  'user_id',
  'team_id',
  'response_url',
  'message',
  '__proto__',
];
const words = ['app_mention', 'message', 'im', 'U1', 'D1', '1.2', '<@U1>', '<@U1|', '(', '[', '\\', '$&', ''];

/** JSON of Slack's shape and of any other, with each kind of value in each place. */
const { json } = letrec((tie) => ({
  json: dictionary(constantFrom(...names, ...more), tie('value'), { maxKeys: 8 }),
  value: oneof(
    { depthSize: 'small', withCrossShrink: true },
    oneof(constantFrom(...words), string({ maxLength: 20 }), anything({ maxDepth: 1 })),
    array(tie('value'), { maxLength: 4 }),
    tie('json'),
  ),
}));

const nearlyRight = record({
  team_id: constantFrom('T1', ''),
  authorizations: array(dictionary(constantFrom('user_id', 'team_id'), constantFrom(...words)), {
    maxLength: 2,
  }),
  event: record(
    {
      type: constantFrom('app_mention', 'message'),
      user: constantFrom('U1', 'U2'),
      channel: constantFrom('C1', 'D1'),
      ts: constantFrom('1.2', '1.3'),
      thread_ts: constantFrom('1.2', '1.3'),
      text: array(constantFrom(...words), { maxLength: 6 }).map((all) => all.join('')),
    },
    { requiredKeys: ['type', 'user', 'channel', 'ts'] },
  ),
});

function asJson(value: unknown): Json {
  return isJson(value) ? value : {};
}

describe('what Slack sends', () => {
  it('may have any shape: it is an ask with its ids, or none', () => {
    assert(
      property(oneof(json, nearlyRight), (payload) => {
        const read = asJson(payload);
        for (const ask of [askFromEvent(read), askFromCommand(read), askFromShortcut(read)]) {
          if (ask === undefined) continue;
          expect([ask.userId, ask.channelId, ask.id].every((id) => id !== '')).toBe(true);
          expect(typeof ask.text).toBe('string');
        }
        expect(typeof messageText(read)).toBe('string');
      }),
      { numRuns: 1000 },
    );
  });

  it('is recognised when all is there', () => {
    assert(
      property(nearlyRight, (payload) => {
        const { event } = payload;
        const bot = payload.authorizations[0]?.['user_id'];
        const addressed = event.type === 'app_mention' || event.channel === 'D1';
        if (addressed && event.user !== bot) expect(askFromEvent(payload)?.userId).toBe(event.user);
      }),
    );
  });

  it('may be nested as deep as a body is long', () => {
    let nested: Json = { text: 'in here' };
    for (let depth = 0; depth < 50_000; depth += 1) nested = { elements: [nested] };
    expect(messageText({ text: '', blocks: [nested] })).toBe('');
  });

  it('may carry any feedback', () => {
    assert(
      property(string(), (value) => {
        const feedback = readFeedback(value);
        if (feedback !== undefined) expect(value).toMatch(/^(good|bad):[\w-]+$/);
      }),
    );
  });
});
