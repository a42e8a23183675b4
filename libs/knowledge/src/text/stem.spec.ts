import { stem } from './stem';

describe('the stemmer', () => {
  // From the sample vocabulary of https://snowballstem.org/algorithms/english/stemmer.html
  it.each([
    ['consign', 'consign'],
    ['consigned', 'consign'],
    ['consignment', 'consign'],
    ['consistently', 'consist'],
    ['consolation', 'consol'],
    ['conspiracies', 'conspiraci'],
    ['knightly', 'knight'],
    ['knocking', 'knock'],
    ['knots', 'knot'],
  ])('takes %s to %s as its authors print it', (word, expected) => {
    expect(stem(word)).toBe(expected);
  });

  it.each([
    ['gas', 'gas'],
    ['gaps', 'gap'],
    ['kiwis', 'kiwi'],
    ['ties', 'tie'],
    ['cries', 'cri'],
    ['processes', 'process'],
    ['status', 'status'],
    ['agreed', 'agre'],
    ['proceed', 'proceed'],
    ['hopping', 'hop'],
    ['hoping', 'hope'],
    ['adding', 'add'],
    ['egged', 'egg'],
    ['dying', 'die'],
    ['outing', 'outing'],
    ['enabling', 'enabl'],
    ['replicated', 'replic'],
    ['happy', 'happi'],
    ['say', 'say'],
    ['saturation', 'satur'],
    ['availability', 'avail'],
    ['operational', 'oper'],
    ['generally', 'general'],
    ['topologist', 'topolog'],
    ['relative', 'relat'],
    ['controller', 'control'],
    ['running', 'run'],
    ['youth', 'youth'],
    ['boyish', 'boyish'],
  ])('takes %s to %s', (word, expected) => {
    expect(stem(word)).toBe(expected);
  });

  it('knows the words that follow no rule', () => {
    expect(['skies', 'news', 'early', 'bias'].map(stem)).toEqual(['sky', 'news', 'earli', 'bias']);
  });

  it('leaves words of one or two letters alone', () => {
    expect(['s', 'is', 'io', ''].map(stem)).toEqual(['s', 'is', 'io', '']);
  });
});
