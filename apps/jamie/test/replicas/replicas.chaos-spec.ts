import { Random, type Said } from '@jamie/testing';
import { type Fate, Ledger, seed } from '../chaos/ledger';
import { patienceMs } from '../slack/slack-team';
import type { ReplicaProcess } from './replica-process';
import { ReplicaTeam, answeredIn, countedBy, until } from './replica-team';

jest.setTimeout(30 * patienceMs);

interface Fault {
  readonly name: string;
  strike(team: ReplicaTeam, victim: ReplicaProcess): Promise<void> | void;
  heal(team: ReplicaTeam, victim: ReplicaProcess): Promise<void> | void;
}

const faults: readonly Fault[] = [
  {
    name: 'killed',
    strike: async (team, victim) => {
      await victim.kill();
      team.route();
    },
    heal: (team, victim) => team.join(victim),
  },
  {
    name: 'terminated',
    strike: async (team, victim) => {
      expect(await victim.terminate()).toBe(0);
      team.route();
    },
    heal: (team, victim) => team.join(victim),
  },
  {
    name: 'paused',
    strike: (_team, victim) => victim.pause(),
    heal: (_team, victim) => victim.resume(),
  },
  {
    name: 'cut off from Redis',
    strike: (_team, victim) => victim.redis.refuse(),
    heal: (_team, victim) => victim.redis.accept(),
  },
  {
    name: 'slow way to Redis',
    strike: (_team, victim) => victim.redis.inject({ kind: 'latency', delayMs: 900 }),
    heal: (_team, victim) => victim.redis.heal(),
  },
  {
    name: 'Redis killed, empty after',
    strike: ({ redis }) => redis.kill(),
    heal: ({ redis }) => redis.start(),
  },
  {
    name: 'Redis paused',
    strike: ({ redis }) => redis.pause(),
    heal: ({ redis }) => redis.resume(),
  },
];

describe.each(['http', 'socket'] as const)('two replicas on bad days, over %s', (transport) => {
  const ledger = new Ledger(`replicas-${transport}`);
  const random = new Random(seed);
  let team: ReplicaTeam;

  beforeAll(async () => {
    team = await ReplicaTeam.start(transport);
  });
  afterAll(async () => {
    await team.close();
  });

  /** Four in one thread, one after the other, and as many elsewhere; some run when it strikes, some come while it lasts. */
  async function goThrough(fault: Fault): Promise<readonly Said[]> {
    const [one, two] = team.replicas;
    const victim = random.chance(0.5) ? one : two;
    const first = team.mention('ops');
    await first.delivered;
    const asked = [first, team.mention('general'), team.directMessage(), team.mention('ops', first.ts)];
    await Promise.all(asked.map(({ delivered }) => delivered));
    await fault.strike(team, victim);
    for (let more = 0; more < 2; more += 1) {
      const next = team.mention('ops', first.ts);
      asked.push(next, team.mention('private'));
      await next.delivered;
    }
    // Long enough that a lease ends.
    await team.slack.quiet(2500);
    await fault.heal(team, victim);
    const unanswered = () => team.wrong().some((line) => line.startsWith('answer.missing'));
    await team.slack.waitFor('all answers', () => !unanswered(), 3 * patienceMs).catch(() => undefined);
    return asked;
  }

  it.each(shuffled(faults, random))('$name: each ask is answered once, in order', async (fault) => {
    const wrongBefore = team.wrong().length;
    const asked = await goThrough(fault);
    const healedAtMs = performance.now();
    await team.settled(team.mention('general'));
    const recoveryMs = Math.round(performance.now() - healedAtMs);
    await team.slack.quiet(2500);
    const wrong = team.wrong().slice(wrongBefore);
    const fates = asked.map((said): Fate => fateOf(team, said, wrong));
    ledger.enter(`${fault.name} (${transport})`, fates, { recoveryMs });
    expect(wrong).toEqual([]);
    const [first] = asked;
    const order = first === undefined ? [] : answeredIn(team.slack, first);
    expect(order).toEqual([...order].sort((left, right) => left - right));
  });

  it('was counted by each process as its log says, and no ask by two', async () => {
    const ended = /(?:Answered|Apologised for|Apologising for) (?:\w+ )?(T\w+:\w+:[\d.]+)/;
    const ids: string[] = [];
    for (const replica of team.replicas) {
      const told = replica.ownLines.flatMap((line) => ended.exec(line)?.[1] ?? []);
      await until(async () => (await countedBy(replica)) >= told.length);
      expect(await countedBy(replica)).toBe(told.length);
      ids.push(...replica.lines.flatMap((line) => ended.exec(line)?.[1] ?? []));
    }
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  });
});

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items
    .map((item) => ({ item, place: random.next() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}

function fateOf(team: ReplicaTeam, { ask }: Said, wrong: readonly string[]): Fate {
  const about = wrong.filter((line) => line.includes(`${ask.id} `));
  if (about.some((line) => line.startsWith('answer.missing'))) return 'lost';
  if (about.some((line) => line.startsWith('answer.duplicate'))) return 'doubled';
  const number = /question-\d+/.exec(ask.text)?.[0] ?? '';
  const text = team.slack.transcript
    .answersTo(ask)
    .map((line) => line.text)
    .join('\n');
  return new RegExp(`Answer to ${number}\\b`).test(text) && !text.includes('restarted')
    ? 'answered'
    : 'apologised';
}
