import type { RequestHandler } from 'express';

/** One handler of several. Express' own bookkeeping for a layer costs more than most handlers do. */
export function inOrder(...handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, leave) => {
    const runFrom = (at: number): void => {
      const handler = handlers[at];
      if (handler === undefined) {
        leave();
        return;
      }
      try {
        const waiting: unknown = handler(request, response, (failure?: unknown) => {
          if (failure === undefined) runFrom(at + 1);
          else leave(failure);
        });
        if (waiting instanceof Promise) waiting.catch(leave);
      } catch (thrown) {
        leave(thrown);
      }
    };
    runFrom(0);
  };
}
