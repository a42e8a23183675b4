import { wait } from './wait';

interface Gate {
  /** `performance.now()` from which on calls may go again. */
  openAtMs: number;
  waiting: number;
  last: Promise<unknown>;
}

/**
 * Holds back the calls of one method for as long as Slack asked, and lets them through one by one afterwards; other
 * methods go on. https://docs.slack.dev/apis/web-api/rate-limits
 */
export class MethodGates {
  private readonly gates = new Map<string, Gate>();

  constructor(private readonly onWaited: (seconds: number) => void) {}

  isOpen(method: string): boolean {
    const gate = this.gates.get(method);
    return gate === undefined || (gate.waiting === 0 && gate.openAtMs <= performance.now());
  }

  /** Slack said when it wants to be called again. */
  hold(method: string, milliseconds: number): void {
    const openAtMs = performance.now() + milliseconds;
    const gate = this.gates.get(method);
    if (gate !== undefined) gate.openAtMs = Math.max(gate.openAtMs, openAtMs);
    else this.gates.set(method, { openAtMs, waiting: 0, last: Promise.resolve() });
  }

  /** Makes the call once the gate is open. While calls are waiting, each has its turn after the one before it was answered. */
  async pass<T>(method: string, call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const gate = this.gates.get(method);
    if (gate === undefined || this.isOpen(method)) return call();
    const turn = gate.last.then(
      () => this.inTurn(gate, call, signal),
      () => this.inTurn(gate, call, signal),
    );
    gate.waiting += 1;
    gate.last = turn;
    try {
      return await turn;
    } finally {
      gate.waiting -= 1;
      if (this.isOpen(method)) this.gates.delete(method);
    }
  }

  private async inTurn<T>(gate: Gate, call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const startedAtMs = performance.now();
    for (let leftMs = 1; leftMs > 0; leftMs = gate.openAtMs - performance.now()) {
      await wait(Math.max(0, gate.openAtMs - performance.now()), signal);
    }
    this.onWaited((performance.now() - startedAtMs) / 1000);
    return call();
  }
}
