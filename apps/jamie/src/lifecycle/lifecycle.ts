import { Injectable } from '@nestjs/common';
import { RunningAsks } from '@jamie/core';

export type LifecycleState = 'starting' | 'ready' | 'draining';

/** What becomes of an ask that the shutdown could not wait for. */
export class ShuttingDownError extends Error {
  override readonly name = 'ShuttingDownError';
}

/** Knows whether Jamie takes asks, and which ones still run. */
@Injectable()
export class Lifecycle extends RunningAsks {
  private current: LifecycleState = 'starting';
  private readonly running = new Set<AbortController>();
  private whenIdle: (() => void) | undefined;

  get state(): LifecycleState {
    return this.current;
  }

  get accepting(): boolean {
    return this.current !== 'draining';
  }

  get asksRunning(): number {
    return this.running.size;
  }

  ready(): void {
    this.current = 'ready';
  }

  startDraining(): void {
    this.current = 'draining';
  }

  /** Registers one running ask. Call `ended` when its answer has been sent; `controller` is aborted when the drain's deadline passes. */
  begin(controller: AbortController): { readonly ended: () => void } {
    this.running.add(controller);
    return {
      ended: () => {
        this.running.delete(controller);
        if (this.running.size === 0) this.whenIdle?.();
      },
    };
  }

  /** Resolves when no ask runs any more, or after the deadline. */
  async idle(deadlineMs: number): Promise<void> {
    if (this.running.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.whenIdle = resolve;
      timer = setTimeout(resolve, deadlineMs);
    });
    clearTimeout(timer);
    this.whenIdle = undefined;
  }

  abortAll(): void {
    for (const controller of this.running) controller.abort(new ShuttingDownError('Jamie is shutting down'));
  }
}
