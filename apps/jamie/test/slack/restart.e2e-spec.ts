import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OllamaStandIn, SlackStandIn, ollamaAnswer } from '@jamie/testing';
import { type BuiltJamie, addressesOf, exitCode, startBuiltJamie, stopBuiltJamies } from '../built-jamie';
import { type Transport, patienceMs, runbooks, transports } from './slack-team';

jest.setTimeout(6 * patienceMs);

const words = Array.from({ length: 40 }, (_, at) => `word${at + 1} `);

describe.each(transports)('a process that ends, over %s', (transport) => {
  let slack: SlackStandIn;
  let ollama: OllamaStandIn;
  let stateDirectory: string;

  beforeEach(async () => {
    slack = await new SlackStandIn({
      transport,
      rateLimits: 'off',
      timing: { ackTimeoutMs: patienceMs },
    }).start();
    ollama = await OllamaStandIn.start({ parallel: 4 });
    stateDirectory = mkdtempSync(join(tmpdir(), 'jamie-restart-'));
  });
  afterEach(async () => {
    await stopBuiltJamies();
    slack.stop();
    await ollama.stop();
    rmSync(stateDirectory, { recursive: true, force: true });
  });

  const start = () => startProcess({ slack, ollama, stateDirectory, transport });
  const kill = async ({ child }: BuiltJamie): Promise<void> => {
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
  };
  const wrong = () =>
    slack
      .verdict({ lifeWithinMs: 3 * patienceMs, ignore: ['ack.slow', 'ack.failed'] })
      .map(({ id, text }) => `${id}: ${text}`);

  it('answers after its restart what it was asked before it was killed', async () => {
    const first = await start();
    ollama.script(ollamaAnswer('too late', { firstChunkDelayMs: 60_000 }));
    const asked = slack.as('engineer').mention('ops', 'are you there?');
    await slack.waitFor('a status', () => slack.calls('assistant.threads.setStatus').length > 0, patienceMs);
    await asked.delivered;
    await kill(first);
    ollama.script(ollamaAnswer('All is well.'));
    await start();
    await slack.waitForAnswer(asked, { containing: 'All is well.', timeoutMs: patienceMs });
    await slack.quiet(500);
    expect(wrong()).toEqual([]);
  });

  it('apologises after its restart for an answer that broke off, once', async () => {
    const first = await start();
    ollama.script(ollamaAnswer(words, { chunkDelayMs: 250 }));
    const asked = slack.as('engineer').mention('ops', 'slowly please');
    const seen = () => slack.transcript.answersTo(asked.ask)[0]?.text.includes('word3');
    await slack.waitFor('some words', seen, patienceMs);
    await kill(first);
    const second = await start();
    const [answer, ...more] = await slack.waitForAnswer(asked, {
      containing: 'restarted',
      timeoutMs: patienceMs,
    });
    expect(answer?.text).toContain('word3');
    expect(more).toEqual([]);
    await kill(second);
    await start();
    await slack.quiet(1000);
    expect(slack.transcript.answersTo(asked.ask)).toHaveLength(1);
    expect(wrong()).toEqual([]);
  });

  it('apologises after its restart for a command', async () => {
    const first = await start();
    ollama.script(ollamaAnswer('too late', { firstChunkDelayMs: 60_000 }));
    const asked = slack.as('engineer').command('/ask-jamie', 'are you there?', 'ops');
    await asked.delivered;
    await kill(first);
    await start();
    await slack.waitForAnswer(asked, { containing: 'restarted', timeoutMs: patienceMs });
    expect(wrong()).toEqual([]);
  });

  it('finishes at SIGTERM what it has begun, and exits with 0', async () => {
    const jamie = await start();
    ollama.script(ollamaAnswer(words.slice(0, 10), { chunkDelayMs: 300 }));
    const asked = slack.as('engineer').mention('ops', 'slowly please');
    await slack.waitFor(
      'the answer to begin',
      () => slack.transcript.answersTo(asked.ask).length > 0,
      patienceMs,
    );
    jamie.child.kill('SIGTERM');
    await slack.waitForAnswer(asked, { containing: 'word10', timeoutMs: patienceMs });
    expect(await exitCode(jamie)).toBe(0);
    expect(jamie.lines.join('\n')).not.toMatch(/xoxb-|xapp-|stand-in-signing-secret|slowly please/);
    expect(wrong()).toEqual([]);
  });
});

interface Surroundings {
  readonly slack: SlackStandIn;
  readonly ollama: OllamaStandIn;
  readonly stateDirectory: string;
  readonly transport: Transport;
}

/** A Jamie in a process of its own, once it is connected. */
async function startProcess({ slack, ollama, stateDirectory, transport }: Surroundings): Promise<BuiltJamie> {
  const known = slack.calls('bots.info').length;
  const jamie = startBuiltJamie({
    ...slack.env(),
    OLLAMA_URL: ollama.url,
    RUNBOOKS_DIR: runbooks,
    STATE_DIR: stateDirectory,
    WELCOME: 'true',
  });
  const { url } = await addressesOf(jamie);
  if (transport === 'http') slack.deliverTo(`${url}/slack/events`);
  await slack.waitFor('Jamie to know who it is', () => slack.calls('bots.info').length > known, patienceMs);
  if (transport === 'socket')
    await slack.waitFor('its sockets', () => slack.sockets.open.length === 2, patienceMs);
  return jamie;
}
