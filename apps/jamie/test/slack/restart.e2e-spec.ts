import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  OllamaStandIn,
  type Said,
  type SlackInteraction,
  type SlackLine,
  SlackStandIn,
  ollamaAnswer,
} from '@jamie/testing';
import { type BuiltJamie, addressesOf, exitCode, startBuiltJamie } from '../built-jamie';
import { type Transport, eventually, inEach, manifestRights, patienceMs, runbooks } from './slack-team';

jest.setTimeout(6 * patienceMs);

const words = Array.from({ length: 40 }, (_, at) => `word${at + 1} `);

// As often as it takes another process to start on a machine that is busy.
const retryDelaysMs = [0, 500, 1000, 2000, 4000, 8000, 16_000];

/** A workspace and a model that outlive the processes of Jamie between them. */
class Site {
  private readonly processes: BuiltJamie[] = [];

  private constructor(
    readonly transport: Transport,
    readonly slack: SlackStandIn,
    readonly ollama: OllamaStandIn,
    private readonly stateDirectory: string,
  ) {}

  static async open(transport: Transport): Promise<Site> {
    const timing = { ackTimeoutMs: patienceMs, eventSpreadMs: 20, retryDelaysMs };
    const slack = await new SlackStandIn({
      transport,
      rateLimits: 'off',
      timing,
      ...manifestRights(),
    }).start();
    const ollama = await OllamaStandIn.start({ parallel: 4 });
    return new Site(transport, slack, ollama, mkdtempSync(join(tmpdir(), 'jamie-restart-')));
  }

  /** A Jamie in a process of its own, once it is connected. */
  async start(): Promise<BuiltJamie> {
    const { slack, ollama, stateDirectory, transport } = this;
    const known = slack.calls('bots.info').length;
    const jamie = startBuiltJamie({
      ...slack.env(),
      OLLAMA_URL: ollama.url,
      RUNBOOKS_DIR: runbooks,
      STATE_DIR: stateDirectory,
      WELCOME: 'true',
    });
    this.processes.push(jamie);
    const { url } = await addressesOf(jamie);
    if (transport === 'http') slack.deliverTo(`${url}/slack/events`);
    await slack.waitFor('Jamie to know who it is', () => slack.calls('bots.info').length > known, patienceMs);
    if (transport === 'socket')
      await slack.waitFor('its sockets', () => slack.sockets.open.length === 2, patienceMs);
    return jamie;
  }

  /** Not that events found nobody for a while: a question among them that was lost would lack its answer. */
  wrong(): readonly string[] {
    const bounds = { lifeWithinMs: 3 * patienceMs, ignore: ['ack.*', 'event.lost'] };
    return this.slack.verdict(bounds).map(({ id, text }) => `${id}: ${text}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map(kill));
    this.slack.stop();
    await this.ollama.stop();
    rmSync(this.stateDirectory, { recursive: true, force: true });
  }
}

async function kill({ child }: BuiltJamie): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

const scenario = (name: string, run: (site: Site) => Promise<void>): void =>
  it(name, () =>
    inEach(async (transport) => {
      const site = await Site.open(transport);
      try {
        await run(site);
        expect(site.wrong()).toEqual([]);
      } finally {
        await site.close();
      }
    }),
  );

describe('a process that ends', () => {
  scenario('answers after its restart what it was asked before it was killed', async (site) => {
    const { slack, ollama } = site;
    const first = await site.start();
    ollama.script(ollamaAnswer('too late', { firstChunkDelayMs: 60_000 }));
    const asked = slack.as('engineer').mention('ops', 'are you there?');
    await slack.waitFor('a status', () => slack.calls('assistant.threads.setStatus').length > 0, patienceMs);
    await asked.delivered;
    await kill(first);
    ollama.script(ollamaAnswer('All is well.'));
    const second = await site.start();
    await answerTo(site, asked, 'All is well.');
    await end(second);
    expect(slack.transcript.answersTo(asked.ask)).toHaveLength(1);
  });

  scenario('apologises after its restart for an answer that broke off, once', async (site) => {
    const { slack, ollama } = site;
    const first = await site.start();
    ollama.script(ollamaAnswer(words, { chunkDelayMs: 250 }));
    const asked = slack.as('engineer').mention('ops', 'slowly please');
    const seen = () => slack.transcript.answersTo(asked.ask)[0]?.text.includes('word3');
    await slack.waitFor('some words', seen, patienceMs);
    await kill(first);
    const second = await site.start();
    const [answer, ...more] = await answerTo(site, asked, 'restarted');
    expect(answer?.text).toContain('word3');
    expect(more).toEqual([]);
    await kill(second);
    const third = await site.start();
    ollama.script(ollamaAnswer('All is well.'));
    await answerTo(site, slack.as('engineer').mention('general', 'and now?'), 'All is well.');
    await end(third);
    expect(slack.transcript.answersTo(asked.ask)).toHaveLength(1);
  });

  scenario('apologises after its restart for a command', async (site) => {
    const { slack, ollama } = site;
    const first = await site.start();
    ollama.script(ollamaAnswer('too late', { firstChunkDelayMs: 60_000 }));
    const asked = slack.as('engineer').command('/ask-jamie', 'are you there?', 'ops');
    await asked.delivered;
    await kill(first);
    await site.start();
    await answerTo(site, asked, 'restarted');
  });

  scenario('finishes at SIGTERM what it has begun, and leaves to the next what comes then', async (site) => {
    const { slack, ollama } = site;
    const first = await site.start();
    const { url } = await addressesOf(first);
    ollama.script(ollamaAnswer(words.slice(0, 10), { chunkDelayMs: 300 }));
    const begun = slack.as('engineer').mention('ops', 'slowly please');
    const visible = () => slack.transcript.answersTo(begun.ask).length > 0;
    await slack.waitFor('the answer to begin', visible, patienceMs);
    const ended = end(first);
    await eventually(async () => (await fetch(`${url}/health/ready`)).status === 503);
    ollama.script(ollamaAnswer('All is well.'));
    const later = slack.as('onCall').mention('general', 'are you there?');
    await answerTo(site, begun, 'word10');
    await ended;
    await site.start();
    await answerTo(site, later, 'All is well.');
  });

  scenario('tells its log which ask became which answer, and nothing of what was said', async (site) => {
    const { slack, ollama } = site;
    const jamie = await site.start();
    ollama.script(ollamaAnswer('the answer-marker'));
    const asked = slack.as('engineer').mention('ops', 'the question-marker');
    const [answer] = await answerTo(site, asked, 'answer-marker');
    await slack.as('engineer').click('jamie_feedback', 'ops', answer?.ts ?? '').delivered;
    await end(jamie);
    const log = jamie.lines.join('\n');
    const answerId = new RegExp(`Answered mention T1:C0OPS:${asked.ts} .*answer ([\\w-]+)`).exec(log)?.[1];
    expect(answerId).toBeDefined();
    expect(log).toContain(`Feedback on answer ${answerId ?? ''}: good`);
    expect(log + jamie.errors.join('\n')).not.toMatch(/xoxb-|xapp-|stand-in-signing-secret|-marker/);
  });
});

async function answerTo(
  { slack }: Site,
  asked: Said | SlackInteraction,
  containing: string,
): Promise<readonly SlackLine[]> {
  return slack.waitForAnswer(asked, { containing, timeoutMs: 2 * patienceMs });
}

/** As Kubernetes ends it. */
async function end(jamie: BuiltJamie): Promise<void> {
  jamie.child.kill('SIGTERM');
  expect(await exitCode(jamie)).toBe(0);
}
