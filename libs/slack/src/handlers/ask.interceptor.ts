import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { SlackObserver } from '@jamie/core';
import { type Observable, tap } from 'rxjs';
import { admittedIn, argumentsOf } from './handler-arguments';

/** Counts every accepted ask, once, when it is finished. What a handler returns is the outcome of the ask. */
@Injectable()
export class AskInterceptor implements NestInterceptor {
  constructor(private readonly observer: SlackObserver) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { ask } = admittedIn(argumentsOf(context));
    if (ask === undefined) return next.handle();
    return next.handle().pipe(
      tap((outcome) => {
        // Whoever has it now counts it.
        if (outcome === 'handed-over') return;
        this.observer.askFinished(ask.kind, outcome === 'success' ? 'success' : 'error');
      }),
    );
  }
}
