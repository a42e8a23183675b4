import * as fc from 'fast-check';
import { editDistance } from './edit-distance';

describe('the edit distance', () => {
  it.each([
    ['kafka', 'kafka', 0],
    ['kafka', 'kafk', 1],
    ['cahce', 'cache', 1],
    ['redy', 'ready', 1],
    ['promtheus', 'prometheus', 1],
    ['promethues', 'prometheus', 1],
    ['alertmanger', 'alertmanager', 1],
    ['conectoin', 'connection', 2],
    ['lag', 'node', 3],
  ])('between %s and %s is %i, or more than 2', (left, right, expected) => {
    expect(editDistance(left, right, 2)).toBe(Math.min(3, expected));
  });

  it('is the same in both directions, and nothing only between equal words', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (left, right) => {
        const distance = editDistance(left, right, 8);
        expect(distance).toBe(editDistance(right, left, 8));
        expect(distance === 0).toBe(left === right);
        expect(distance).toBeLessThanOrEqual(Math.max(left.length, right.length));
      }),
    );
  });
});
