import { setTimeout as delay } from 'node:timers/promises';
import { Random, type Said } from '@jamie/testing';
import { type Fate, Ledger, seed } from '../chaos/ledger';
import { patienceMs } from '../slack/slack-team';
import { type ReplicaFault, replicaFaults } from './faults';
import { ReplicaTeam, answeredIn, countedBy, until } from './replica-team';

jest.setTimeout(10 * patienceMs);

/** As the real one does. */
const slackWaitsMs = 3000;
/** Longer than a lease, so that others take over meanwhile. */
const faultLastsMs = 3000;

describe.each(['http', 'socket'] as const)('two replicas on bad days, over %s', (transport) => {
  const ledger = new Ledger(`replicas-${transport}`);
  const random = new Random(seed);
  /** Asks that a killed process may have answered without anybody to count it. */
  const uncounted = new Set<string>();
  let team: ReplicaTeam;

  beforeAll(async () => {
    team = await ReplicaTeam.start(transport, { ackTimeoutMs: slackWaitsMs });
  });
  afterAll(async () => {
    await team.close();
  });

  /** Four in one thread, one after the other, and as many elsewhere; some run when it strikes, some come while it lasts. */
  async function goThrough(
    fault: ReplicaFault,
  ): Promise<{ asked: readonly Said[]; inTurn: boolean; told: string }> {
    const [one, two] = team.replicas;
    const victim = random.chance(0.5) ? one : two;
    const first = team.mention('ops');
    await first.delivered;
    const asked = [first, team.mention('general'), team.directMessage(), team.mention('ops', first.ts)];
    await Promise.all(asked.map(({ delivered }) => delivered));
    const over = delay(faultLastsMs);
    await fault.strike(team, victim);
    let inTurn = true;
    for (let more = 0; more < 2; more += 1) {
      const next = team.mention('ops', first.ts);
      asked.push(next, team.mention('private'));
      // Of two that are delivered late, either may come first.
      inTurn &&= await Promise.race([next.delivered.then(() => true), over.then(() => false)]);
    }
    await over;
    const told = await team.told();
    await fault.heal(team, victim);
    return { asked, inTurn, told };
  }

  /** Whether every ask so far was answered, or apologised for, before it took too long. */
  async function allAnswered(): Promise<void> {
    const endsAtMs = performance.now() + 2 * patienceMs;
    const missing = (line: string): boolean => /^(?:answer\.missing|left\.)/u.test(line);
    await until(() => performance.now() > endsAtMs || !team.wrong().some(missing));
  }

  it.each(shuffled(replicaFaults, random))(
    '$name: each ask is answered once, in order where replicas can wait for each other',
    async (fault) => {
      const wrongBefore = new Set(team.wrong());
      const localBefore = team.timesLocal;
      const { asked, inTurn, told } = await goThrough(fault);
      const healedAtMs = performance.now();
      await team.settled(team.mention('general')).catch(() => undefined);
      await allAnswered();
      for (const replica of team.replicas) await until(async () => (await replica.store()).state === 'up');
      const recoveryMs = Math.round(performance.now() - healedAtMs);
      await Promise.all(asked.map(({ delivered }) => delivered));
      await team.slack.quiet(500);
      if (fault.strike.toString().includes('kill')) for (const { ask } of asked) uncounted.add(idOf(ask));
      const wrong = team.wrong().filter((line) => !wrongBefore.has(line));
      ledger.enter(
        `${fault.name} (${transport})`,
        asked.map((said) => fateOf(team, said, wrong)),
        { recoveryMs, told },
      );
      const [first] = asked;
      const order = first === undefined ? [] : answeredIn(team.slack, first);
      const sorted = [...order].sort((left, right) => left - right);
      const mustBeInOrder = inTurn && team.timesLocal === localBefore;
      const outOfOrder = mustBeInOrder && order.join() !== sorted.join() ? [`order: ${order.join()}`] : [];
      const findings = [...wrong, ...outOfOrder];
      if (findings.length > 0) ledger.keep(`${transport} ${fault.name}`, [...findings, ...team.story()]);
      expect({ findings, seed }).toEqual({ findings: [], seed });
    },
  );

  it('was counted by each process as its log says, and no ask by two', async () => {
    const ended = /(?:Answered|Apologised for) (?:\w+ )?(T\w+:\w+:[\d.]+)/;
    const ids: string[] = [];
    for (const replica of team.replicas) {
      const told = replica.ownLines.flatMap((line) => ended.exec(line)?.[1] ?? []);
      const endsAtMs = performance.now() + patienceMs;
      await until(async () => performance.now() > endsAtMs || (await countedBy(replica)) >= told.length);
      expect(await countedBy(replica)).toBe(told.length);
      ids.push(...replica.lines.flatMap((line) => ended.exec(line)?.[1] ?? []));
    }
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
    const counted = new Set(ids);
    const asked = team.asked.map(({ ask }) => idOf(ask));
    expect(asked.filter((id) => !counted.has(id) && !uncounted.has(id))).toEqual([]);
    expect(ids.filter((id) => !asked.includes(id))).toEqual([]);
  });
});

/** As Jamie's log names it. */
function idOf({ channelId, ts }: Said['ask']): string {
  return `T1:${channelId}:${ts}`;
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}

function fateOf(team: ReplicaTeam, { ask }: Said, wrong: readonly string[]): Fate {
  const about = wrong.filter((line) => line.includes(`${ask.id} `));
  if (about.some((line) => line.startsWith('answer.missing'))) return 'lost';
  const number = /question-\d+/.exec(ask.text)?.[0] ?? '';
  const answer = new RegExp(`Answer to ${number}\\b`);
  const lines = team.slack.transcript.answersTo(ask).map(({ text }) => text);
  const answers = lines.filter((text) => answer.test(text));
  if (answers.length > 1) return 'doubled';
  return answers.some((text) => !text.includes('restarted')) ? 'answered' : 'apologised';
}
