import { RedisServer, ollamaAnswer } from '@jamie/testing';
import { patienceMs, startTeam } from '../slack/slack-team';
import { ReplicaTeam, answeredIn, countedBy, until } from './replica-team';

jest.setTimeout(12 * patienceMs);

/** Both transports go through all of it in `npm run test:chaos`. */
describe('two replicas, over HTTP', () => {
  let team: ReplicaTeam;

  beforeAll(async () => {
    team = await ReplicaTeam.start('http');
  });
  afterAll(async () => {
    await team.close();
  });

  it('answer each ask once, in order within a thread, and count each once', async () => {
    const first = team.mention('ops');
    const others = [team.mention('general'), team.directMessage(), team.mention('private')];
    await first.delivered;
    for (let more = 0; more < 3; more += 1) await team.mention('ops', first.ts).delivered;
    for (const asked of others) await team.settled(asked);
    await team.slack.waitFor('all answers', () => answeredIn(team.slack, first).length === 4, 3 * patienceMs);
    await team.slack.quiet();
    expect(answeredIn(team.slack, first)).toEqual([1, 5, 6, 7]);
    await until(async () => (await team.counted()) >= team.asked.length);
    expect(await team.counted()).toBe(team.asked.length);
    team.expectEachOnce();
  });

  it('both know that one of them was named in a thread', async () => {
    const [one, two] = team.replicas;
    const only = ({ url }: typeof one) => team.slack.deliverTo(`${url}/slack/events`);
    only(two);
    const talk = team.slack.as('engineer').say('ops', 'checkout is slow');
    const reads = () => team.slack.calls('conversations.replies').length;
    const before = reads();
    await team.slack.as('onCall').say('ops', 'since when?', { threadTs: talk.ts }).delivered;
    await team.slack.waitFor('the other one to see that it is not asked', () => reads() > before, patienceMs);
    only(one);
    const named = team.mention('ops', talk.ts);
    await team.settled(named);
    only(two);
    const more = team.slack.as('engineer').say('ops', `question-${team.asked.length + 1} then`, {
      threadTs: talk.ts,
    });
    team.asked.push(more);
    await team.slack.waitFor(
      'both answers',
      () => answeredIn(team.slack, named).length === 2,
      3 * patienceMs,
    );
    team.route();
  });

  it('finish what one of them left when it was killed, and what it slept over', async () => {
    const [one, two] = team.replicas;
    const before = await countedBy(one);
    const asked = Array.from({ length: 6 }, () => team.mention('ops'));
    await Promise.all(asked.map(({ delivered }) => delivered));
    await one.kill();
    team.route();
    for (const said of asked) await team.settled(said);
    await team.join(one);
    two.pause();
    const meanwhile = Array.from({ length: 4 }, () => team.mention('general'));
    for (const said of meanwhile) await team.settled(said);
    two.resume();
    await team.slack.quiet(1500);
    team.expectEachOnce();
    expect(before + (await team.counted())).toBe(team.asked.length);
  });
});

describe('two replicas, over Socket Mode', () => {
  let team: ReplicaTeam;

  beforeAll(async () => {
    team = await ReplicaTeam.start('socket');
  });
  afterAll(async () => {
    await team.close();
  });

  it('go on when one of them, or both, lose Redis, and share again when it is back', async () => {
    const [one, two] = team.replicas;
    await one.redis.refuse();
    const alone = Array.from({ length: 4 }, () => team.mention('ops'));
    for (const said of alone) await team.settled(said);
    await team.redis.kill();
    await until(async () => (await two.store()).state === 'down');
    expect((await one.metrics()).get('jamie_store_local')).toBe(1);
    expect((await one.metrics()).get('jamie_dependency_up{dependency="store"}')).toBe(0);
    const without = [...Array.from({ length: 4 }, () => team.mention('general')), team.directMessage()];
    for (const said of without) await team.settled(said);
    await team.redis.start();
    await one.redis.accept();
    for (const replica of team.replicas) await until(async () => (await replica.store()).state === 'up');
    const together = Array.from({ length: 4 }, () => team.mention('private'));
    for (const said of together) await team.settled(said);
    await team.slack.quiet();
    team.expectEachOnce();
  });

  it('apologise for a command of a replica that was killed', async () => {
    team.ollama.script(ollamaAnswer('too late', { firstChunkDelayMs: 60_000 }));
    const asked = team.slack.as('engineer').command('/ask-jamie', 'question-0 please', 'ops');
    await asked.delivered;
    const holder = await team.holderOf('command:');
    await holder.kill();
    team.route();
    await team.slack.waitForAnswer(asked, { containing: 'restarted', timeoutMs: 3 * patienceMs });
    await team.slack.quiet(1000);
    team.expectEachOnce();
  });
});

describe('a replica whose app may not hear of mentions', () => {
  it('answers them all the same, where it hears of messages', async () => {
    const redis = await RedisServer.start();
    const team = await startTeam('http', {
      environment: { REDIS_URL: redis.url },
      before: ({ admin }) => admin.dropScope('app_mentions:read'),
    });
    try {
      team.ollama.script(ollamaAnswer('All is well.'));
      await team.answer(team.slack.as('engineer').mention('ops', 'are you there?'), 'All is well.');
    } finally {
      await team.close();
      await redis.stop();
    }
  });
});
