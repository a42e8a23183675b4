// A thread as the built Jamie writes it into the stand-in for Slack, asked by people of its cast.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startJamie, stop } from '../../bench/processes.mjs';

const require = createRequire(import.meta.url);
require('ts-node/register/transpile-only');
const { SlackStandIn } = require('../../libs/testing/src/slack/slack-stand-in.ts');
const { OllamaStandIn } = require('../../libs/testing/src/ollama/ollama-stand-in.ts');
const { ollamaAnswer } = require('../../libs/testing/src/ollama/behaviour.ts');

/**
 * Asks one question after the other in one thread, the first with a mention, and returns what stands there then.
 * `answer` is what the model writes: it is a stand-in, too.
 */
export async function slackThread(channel, turns) {
  const ollama = await OllamaStandIn.start();
  const slack = await new SlackStandIn({ transport: 'socket' }).start();
  const state = mkdtempSync(join(tmpdir(), 'jamie-picture-'));
  const jamie = await startJamie(ollama.url, { ...slack.env(), STATE_DIR: state });
  try {
    await slack.waitFor('two sockets', () => slack.sockets.open.length === 2, 60_000);
    let threadTs;
    for (const { author, question, answer } of turns) {
      ollama.script(ollamaAnswer(answer));
      const who = slack.as(author);
      const said =
        threadTs === undefined ? who.mention(channel, question) : who.say(channel, question, { threadTs });
      await slack.waitForAnswer(said, { timeoutMs: 60_000 });
      threadTs ??= said.threadTs;
    }
    return slack.transcript.thread(channel, threadTs);
  } finally {
    await stop(jamie);
    slack.stop();
    await ollama.stop();
    rmSync(state, { recursive: true, force: true });
  }
}
