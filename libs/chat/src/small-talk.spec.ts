import { isSmallTalk, withoutAddress } from './small-talk';

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

describe('leaving the address out of a question', () => {
  it.each([
    ['Hello Jamie', ''],
    ['hey Jamie, etcdNoLeader?', 'etcdNoLeader?'],
    ['Jamie: what is wrong with dns', 'what is wrong with dns'],
    ['what does this mean, Jamie?', 'what does this mean'],
    ['Jamie is slow', 'Jamie is slow'],
    ['why is Jamie slow', 'why is Jamie slow'],
    ['thanks, and the disk?', 'and the disk?'],
    ['high latency', 'high latency'],
  ])('%s', (message, rest) => {
    expect(withoutAddress(message)).toBe(rest);
  });
});
