import type { RequestHandler } from 'express';
import { inOrder } from './in-order';

const run = (handler: RequestHandler): Promise<unknown> =>
  new Promise((resolve) => {
    // The handlers under test look at neither.
    void Reflect.apply(handler, undefined, [{}, {}, resolve]);
  });

describe('handlers in order', () => {
  it('run one after the other, also where one of them waits', async () => {
    const seen: number[] = [];
    const outcome = await run(
      inOrder(
        (_request, _response, next) => void setImmediate(() => next(seen.push(1) && undefined)),
        (_request, _response, next) => next(seen.push(2) && undefined),
      ),
    );
    expect([outcome, seen]).toEqual([undefined, [1, 2]]);
  });

  it('end with what one of them passed on or threw, later ones left out', async () => {
    const never = jest.fn();
    const thrower: RequestHandler = () => {
      throw new Error('thrown');
    };
    const waiter: RequestHandler = (_request, _response, next) => void setImmediate(next);
    expect(await run(inOrder((_request, _response, next) => next('refused'), never))).toBe('refused');
    expect(await run(inOrder(waiter, thrower, never))).toEqual(new Error('thrown'));
    expect(await run(inOrder(() => Promise.reject(new Error('late')), never))).toEqual(new Error('late'));
    expect(never).not.toHaveBeenCalled();
  });
});
