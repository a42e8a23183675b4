import {
  type ChatBody,
  OllamaStandIn,
  RedisServer,
  type SlackInteraction,
  SlackStandIn,
  type SlackTiming,
  type Said,
  ollamaAnswer,
} from '@jamie/testing';
import { type Transport, patienceMs, runbooks } from '../slack/slack-team';
import { ReplicaProcess } from './replica-process';

const leaseSeconds = 2;

/** Slack repeats what was not acknowledged; here sooner than the real one. */
const timing = {
  ackTimeoutMs: 1500,
  retryDelaysMs: [0, 300, 600, 1000, 1500, 2000, 3000],
  socketGapMs: 10_000,
};

/** What a workspace finds wrong because replicas were killed or paused while it spoke to them. */
const broughtAbout = ['ack.slow', 'ack.failed', 'socket.stray-ack', 'rate.updates'];

/** Two replicas, and what is around them. */
export class ReplicaTeam {
  readonly asked: Said[] = [];

  readonly slack: SlackStandIn;
  readonly ollama: OllamaStandIn;
  readonly redis: RedisServer;

  private constructor(
    private readonly transport: Transport,
    { slack, ollama, redis }: Pick<ReplicaTeam, 'slack' | 'ollama' | 'redis'>,
    readonly replicas: readonly [ReplicaProcess, ReplicaProcess],
  ) {
    this.slack = slack;
    this.ollama = ollama;
    this.redis = redis;
  }

  static async start(transport: Transport, slower: Partial<SlackTiming> = {}): Promise<ReplicaTeam> {
    const times = { ...timing, ...slower };
    const slack = await new SlackStandIn({ transport, rateLimits: 'off', timing: times }).start();
    const ollama = await OllamaStandIn.start({ parallel: 16 });
    ollama.script(answerToItsNumber);
    const redis = await RedisServer.start();
    const settings = {
      ...slack.env(),
      OLLAMA_URL: ollama.url,
      OLLAMA_MAX_IN_FLIGHT: '16',
      OLLAMA_MAX_QUEUE: '500',
      RUNBOOKS_DIR: runbooks,
      REDIS_LEASE_SECONDS: String(leaseSeconds),
    };
    const replicas = [
      await ReplicaProcess.create(redis.url, settings),
      await ReplicaProcess.create(redis.url, settings),
    ] as const;
    const team = new ReplicaTeam(transport, { slack, ollama, redis }, replicas);
    for (const replica of replicas) await team.join(replica);
    return team;
  }

  /** Starts a replica, and waits until Slack's deliveries may reach it. */
  async join(replica: ReplicaProcess): Promise<void> {
    const known = this.slack.calls('bots.info').length;
    const sockets = this.slack.sockets.open.length;
    await replica.start();
    this.route();
    const { slack } = this;
    await slack.waitFor(
      'a replica to know who it is',
      () => slack.calls('bots.info').length > known,
      patienceMs,
    );
    if (this.transport === 'socket') {
      await slack.waitFor('its sockets', () => slack.sockets.open.length >= sockets + 2, patienceMs);
    }
  }

  /** HTTP: only those that run are behind the address that Slack has. */
  route(): void {
    const running = this.replicas.filter((replica) => replica.running);
    this.slack.deliverTo(...running.map(({ url }) => `${url}/slack/events`));
  }

  mention(channel: string, threadTs?: string): Said {
    const text = `question-${this.asked.length + 1} please`;
    const said = this.slack.as('engineer').mention(channel, text, threadTs === undefined ? {} : { threadTs });
    this.asked.push(said);
    return said;
  }

  directMessage(): Said {
    const said = this.slack.as('onCall').directMessage(`question-${this.asked.length + 1} please`);
    this.asked.push(said);
    return said;
  }

  /** The replica that has an ask whose id begins so. */
  async holderOf(beginning: string): Promise<ReplicaProcess> {
    for (;;) {
      const asks = await this.redis.command('HGETALL', '{jamie}:asks');
      const owner = asks.includes(beginning) ? /"owner":"([0-9a-f-]+)"/.exec(asks)?.[1] : undefined;
      const holder = this.replicas.find(({ lines }) =>
        lines.some((line) => line.includes(owner ?? 'nobody')),
      );
      if (holder !== undefined) return holder;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Waits for an answer, or an apology. */
  async settled(asked: Said | SlackInteraction): Promise<string> {
    const lines = await this.slack.waitForAnswer(asked, { timeoutMs: 3 * patienceMs });
    return lines.map(({ text }) => text).join('\n');
  }

  /** Throws unless each ask has exactly one answer or apology, where it belongs, and nothing else was said. */
  expectEachOnce(): void {
    const wrong = this.wrong();
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
  }

  /** What the workspace finds wrong. */
  wrong(): readonly string[] {
    return this.slack
      .verdict({ lifeWithinMs: 3 * patienceMs, ignore: broughtAbout })
      .map(({ id, text }) => `${id}: ${text}`);
  }

  /** How often a replica had to do without Redis, where turns in a thread are kept. */
  get timesLocal(): number {
    return this.replicas.flatMap(({ lines }) => lines.filter((line) => line.includes('cannot be used')))
      .length;
  }

  /** What the metrics of the replicas say now that can be reached. */
  async told(): Promise<string> {
    const running = this.replicas.filter((replica) => replica.running);
    const scrapes = await Promise.all(running.map((replica) => replica.metrics().catch(() => undefined)));
    const reached = scrapes.filter((samples) => samples !== undefined);
    const local = reached.filter((samples) => samples.get('jamie_store_local') === 1).length;
    const takenOver = reached.reduce(
      (sum, samples) => sum + (samples.get('slack_asks_taken_over_total') ?? 0),
      0,
    );
    return `state local in ${local} of ${reached.length}, ${takenOver} asks taken over so far`;
  }

  /** Everything that Slack saw, and what the replicas said of it. */
  story(): readonly string[] {
    const slack = this.slack.journal.entries.map(
      ({ atMs, kind, summary }) => `${new Date(atMs).toISOString()} ${kind} ${summary}`,
    );
    return [...slack, ...this.replicas.flatMap(({ lines }, at) => lines.map((line) => `${at + 1} ${line}`))];
  }

  /** Mentions and direct messages that were counted by those that run now. */
  async counted(): Promise<number> {
    let sum = 0;
    for (const replica of this.replicas.filter(({ running }) => running)) sum += await countedBy(replica);
    return sum;
  }

  async close(): Promise<void> {
    for (const replica of this.replicas) await replica.close();
    this.slack.stop();
    await this.ollama.stop();
    await this.redis.stop();
  }
}

export async function countedBy(replica: ReplicaProcess): Promise<number> {
  const samples = await replica.metrics();
  const names = ['slack_mentions_total', 'slack_direct_messages_total'];
  const series = names.flatMap((name) => ['success', 'error'].map((status) => `${name}{status="${status}"}`));
  return series.reduce((sum, one) => sum + (samples.get(one) ?? 0), 0);
}

const words = Array.from({ length: 6 }, (_, at) => `word${at + 1} `);

/** Names the question that it answers, and takes about a second. */
function answerToItsNumber({ messages }: ChatBody) {
  const number = /question-\d+/.exec(messages.at(-1)?.content.split('\n').at(-1) ?? '')?.[0] ?? 'nothing';
  return ollamaAnswer([`Answer to ${number}. `, ...words], { firstChunkDelayMs: 300, chunkDelayMs: 100 });
}

/** The questions that were answered in a thread, in the order of the answers. */
export function answeredIn(slack: SlackStandIn, asked: Said): readonly number[] {
  const lines = slack.transcript.answersTo(asked.ask);
  return lines.flatMap(({ text }) =>
    [...text.matchAll(/Answer to question-(\d+)/g)].map(([, number]) => Number(number)),
  );
}

/** Whoever waits for what never comes is ended by the test's deadline. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
