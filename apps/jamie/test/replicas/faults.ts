import type { ReplicaProcess } from './replica-process';
import type { ReplicaTeam } from './replica-team';

export interface ReplicaFault {
  readonly name: string;
  strike(team: ReplicaTeam, victim: ReplicaProcess): Promise<void> | void;
  heal(team: ReplicaTeam, victim: ReplicaProcess): Promise<void> | void;
}

export const replicaFaults: readonly ReplicaFault[] = [
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
      const code = await victim.terminate();
      if (code !== 0) throw new Error(`It ended with ${code}`);
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
    name: 'half-open way to Redis',
    strike: (_team, victim) => victim.redis.inject({ kind: 'half-open', afterBytes: 0 }),
    heal: (_team, victim) => victim.redis.heal(),
  },
  {
    name: 'slow way to Redis',
    strike: (_team, victim) => victim.redis.inject({ kind: 'latency', delayMs: 900 }),
    heal: (_team, victim) => victim.redis.heal(),
  },
  {
    name: 'started without Redis',
    strike: async (team, victim) => {
      await victim.kill();
      team.route();
      await victim.redis.refuse();
      await team.join(victim);
    },
    heal: (_team, victim) => victim.redis.accept(),
  },
  {
    name: 'Redis killed, empty after',
    strike: ({ redis }) => redis.kill(),
    heal: ({ redis }) => redis.start(),
  },
  {
    name: 'Redis emptied by a failover',
    strike: async ({ redis, replicas }) => {
      await redis.command('FLUSHALL');
      for (const replica of replicas) replica.redis.cut();
    },
    heal: () => undefined,
  },
  {
    name: 'Redis paused',
    strike: ({ redis }) => redis.pause(),
    heal: ({ redis }) => redis.resume(),
  },
  {
    name: 'Redis out of memory',
    strike: async ({ redis }) => void (await redis.command('CONFIG', 'SET', 'maxmemory', '1')),
    heal: async ({ redis }) => void (await redis.command('CONFIG', 'SET', 'maxmemory', '0')),
  },
];
