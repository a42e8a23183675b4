import { isSmallTalk } from './small-talk';

describe('telling small talk from questions', () => {
  it.each(['Hello Jamie', 'hi', 'good morning!', 'what can you do?', 'Who are you', 'thanks a lot', 'help'])(
    '%s',
    (text) => {
      expect(isSmallTalk(text)).toBe(true);
    },
  );

  it.each([
    'help, all pods of the payments namespace are crash looping',
    'testing shows 500s',
    'hello, the disk of worker 3 is nearly full and I need help',
    'tell me a joke',
  ])('%s', (text) => {
    expect(isSmallTalk(text)).toBe(false);
  });
});
