import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OllamaStandIn, SlackStandIn, type SlackStandInOptions } from '@jamie/testing';
import type { Environment } from '../../src/config/config';
import { type TestJamie, startTestJamie } from '../harness';

export type Transport = 'http' | 'socket';
export const transports: readonly Transport[] = ['http', 'socket'];

/** A workspace, a model, and a whole Jamie between them. */
export interface SlackTeam {
  readonly slack: SlackStandIn;
  readonly ollama: OllamaStandIn;
  readonly jamie: TestJamie;
  readonly stateDirectory: string;
  /** Value of one series of Jamie's metrics; 0 when there is none. */
  count(series: string): Promise<number>;
  close(): Promise<void>;
}

export interface TeamOptions {
  readonly slack?: Partial<SlackStandInOptions>;
  readonly environment?: Environment;
  /** Whether to wait until Jamie is connected; true unless said otherwise. */
  readonly connected?: boolean;
  /** Changes the workspace before Jamie meets it. */
  readonly before?: (slack: SlackStandIn) => void;
}

export async function startTeam(transport: Transport, options: TeamOptions = {}): Promise<SlackTeam> {
  const slack = await new SlackStandIn({ transport, ...options.slack }).start();
  const ollama = await OllamaStandIn.start({ parallel: 8 });
  const stateDirectory = mkdtempSync(join(tmpdir(), 'jamie-slack-'));
  options.before?.(slack);
  const jamie = await startTestJamie({
    ...slack.env(),
    OLLAMA_URL: ollama.url,
    OLLAMA_MAX_IN_FLIGHT: '8',
    OLLAMA_MAX_QUEUE: '500',
    STATE_DIR: stateDirectory,
    ...options.environment,
  });
  if (transport === 'http') slack.deliverTo(`${jamie.url}/slack/events`);
  if (options.connected !== false) await connected(slack, transport);
  return {
    slack,
    ollama,
    jamie,
    stateDirectory,
    count: async (series) => (await jamie.metrics()).get(series) ?? 0,
    close: async () => {
      await jamie.close();
      await ollama.stop();
      slack.stop();
      rmSync(stateDirectory, { recursive: true, force: true });
    },
  };
}

async function connected(slack: SlackStandIn, transport: Transport): Promise<void> {
  await slack.waitFor('Jamie to ask who it is', () =>
    slack.calls('bots.info').some(({ answeredAtMs }) => answeredAtMs),
  );
  if (transport === 'socket') await slack.waitFor('two sockets', () => slack.sockets.open.length === 2);
}
