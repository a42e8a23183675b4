import type { NetworkFault } from '@jamie/testing';
import { BadDays, networkFaults } from './bad-days';
import { patienceMs } from './traffic';

jest.setTimeout(3 * patienceMs);

/** An acknowledgement is short: what strikes in the middle of it has to strike early. */
const early = (fault: NetworkFault): NetworkFault =>
  'delayMs' in fault || 'bytesPerSecond' in fault || fault.kind === 'stalled'
    ? fault
    : { ...fault, afterBytes: 9 };

const ways = { http: "Slack's deliveries", socket: 'Socket Mode' } as const;

describe.each(['http', 'socket'] as const)('the way from Slack, over %s', (transport) => {
  let days: BadDays;

  beforeAll(async () => {
    days = await BadDays.start(transport, `deliveries-${transport}`);
  });
  afterAll(() => days.close());

  it.each(networkFaults.map(early))('has $kind', async (fault) => {
    const { fromSlack } = days.parts;
    await days.go({
      name: `${ways[transport]}: ${fault.kind}`,
      on: [fromSlack],
      strike: () => fromSlack.inject(fault),
      mend: () => {
        fromSlack.heal();
        fromSlack.cut();
      },
    });
  });

  it('refuses connections', async () => {
    const { fromSlack } = days.parts;
    await days.go({
      name: `${ways[transport]}: refused`,
      on: [fromSlack],
      strike: () => fromSlack.refuse(),
      mend: () => fromSlack.accept(),
    });
  });
});
