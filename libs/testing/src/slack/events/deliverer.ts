import type { Journal } from '../journal';
import { textField } from '../json';
import type { Timing } from '../options';
import type { Timers } from '../timers';
import type { Attempt, Delivery, DeliveryRequest, Transport } from './delivery';

export interface DeliveryTiming {
  readonly delayMs?: number;
  /** The acknowledgements of this many attempts are lost on the way back. */
  readonly loseAcks?: number;
}

/** Delivers, retries what was not acknowledged, and keeps the record. */
export class Deliverer {
  readonly deliveries: Delivery[] = [];
  readonly #underWay = new Set<Promise<Delivery>>();
  #transport: Transport | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly timers: Timers,
    private readonly timing: Timing,
  ) {}

  use(transport: Transport): void {
    this.#transport = transport;
  }

  get ready(): boolean {
    return this.#transport?.ready === true;
  }

  /** Whether anything is still to be acknowledged or given up. */
  get busy(): boolean {
    return this.#underWay.size > 0;
  }

  async idle(): Promise<void> {
    while (this.busy) await Promise.all(this.#underWay);
  }

  /** Ends when it was acknowledged or the last attempt failed. Commands and interactions get one attempt. */
  async deliver(request: DeliveryRequest, how: DeliveryTiming = {}): Promise<Delivery> {
    const delivering = this.#deliver(request, how);
    this.#underWay.add(delivering);
    try {
      return await delivering;
    } finally {
      this.#underWay.delete(delivering);
    }
  }

  async #deliver(request: DeliveryRequest, { delayMs = 0, loseAcks = 0 }: DeliveryTiming): Promise<Delivery> {
    if (delayMs > 0) await this.timers.wait(delayMs);
    const eventId = textField(request.payload, 'event_id');
    const delivery: Delivery = {
      ...request,
      id: `${request.type}-${this.deliveries.length + 1}`,
      ...(eventId === undefined ? {} : { eventId }),
      attempts: [],
      outcome: 'pending',
    };
    this.deliveries.push(delivery);
    const retries = request.kind === 'events_api' ? this.timing.retryDelaysMs : [];
    await this.#run(delivery, retries, loseAcks);
    return delivery;
  }

  async #run(delivery: Delivery, retries: readonly number[], loseAcks: number): Promise<void> {
    for (let retry = 0; retry <= retries.length; retry += 1) {
      if (retry > 0) await this.timers.wait(retries[retry - 1] ?? 0);
      const attempt = await this.#attempt(delivery, retry, retry < loseAcks);
      if (attempt.acked) {
        delivery.outcome = 'acked';
        this.journal.note('delivery', `${delivery.id} acknowledged`);
        return;
      }
      if (attempt.stopRetrying === true) break;
    }
    delivery.outcome = 'failed';
    this.journal.note('delivery', `${delivery.id} given up`);
  }

  async #attempt(delivery: Delivery, retry: number, loseAck: boolean): Promise<Attempt> {
    if (this.#transport === undefined)
      throw new Error('A transport must be chosen before anything is delivered');
    const reason = delivery.attempts.at(-1)?.reason;
    const attempt = await this.#transport.attempt(delivery, {
      retry,
      loseAck,
      ...(reason === undefined ? {} : { retryReason: reason }),
    });
    delivery.attempts.push(attempt);
    const outcome = attempt.acked ? 'acked' : (attempt.reason ?? 'failed');
    const facts = `${attempt.status ?? ''} ${outcome} after ${Math.round(attempt.latencyMs)} ms`;
    this.journal.note('delivery', `${delivery.id} ${delivery.eventId ?? ''} attempt ${retry}: ${facts}`);
    return attempt;
  }
}
