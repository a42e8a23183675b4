import { type Said, type SlackInteraction, ollamaAnswer, sumOf } from '@jamie/testing';
import { type SlackTeam, inBothTransports, patienceMs } from './slack-team';

jest.setTimeout(4 * patienceMs);

/** What the workspace's own records say became of these: an answer, or only an apology. */
function truth(team: SlackTeam, asked: readonly (Said | SlackInteraction)[]) {
  const texts = asked.map(({ ask }) =>
    team.slack.transcript
      .answersTo(ask)
      .map(({ text }) => text)
      .join('\n'),
  );
  const apologised = texts.filter((text) => text.includes('Neither the model nor the runbooks')).length;
  return { success: texts.filter((text) => text !== '').length - apologised, error: apologised };
}

describe('the counters over a mixed run', () => {
  const scenario = inBothTransports({
    environment: { OLLAMA_MAX_IN_FLIGHT: '8' },
    slack: { timing: { retryDelaysMs: [0, 50, 50] } },
  });

  const mixedRun = async (team: SlackTeam): Promise<void> => {
    const { slack } = team;
    team.ollama.script(ollamaAnswer('All is well.'));
    const [engineer, onCall] = [slack.as('engineer'), slack.as('onCall')];
    const mentions: Said[] = [];
    const direct: Said[] = [];
    const commands: SlackInteraction[] = [];
    const ask = async (about: string, answer: string): Promise<void> => {
      const before = [mentions, direct, commands].map(({ length }) => length);
      mentions.push(
        engineer.mention('ops', about),
        onCall.mention('general', about, { delivery: { copies: 2 } }),
      );
      mentions.push(engineer.mention('private', about, { delivery: { loseAcks: 1 } }));
      direct.push(
        onCall.directMessage(about, { delivery: { newIdCopies: 2 } }),
        engineer.directMessage(about),
      );
      commands.push(engineer.command('/ask-jamie', about, 'ops'), onCall.command('/ask-jamie', about));
      for (const [at, list] of [mentions, direct, commands].entries())
        for (const one of list.slice(before[at])) await team.answer(one, answer);
    };
    await ask('KubePodCrashLooping is firing, what do I do?', 'All is well.');
    await ask('how do I drain a node?', 'All is well.');
    slack.as('multiGuest').mention('ops', 'may I?');
    slack.as('otherBot').mention('ops', 'hello');
    mentions.push(engineer.mention('ops', ''));
    commands.push(engineer.command('/ask-jamie', 'help', 'ops'));
    await team.settled();
    await team.ollama.stop();
    await ask('who won the cup in 1974?', 'Neither the model nor the runbooks');
    await team.settled();
    await team.ollama.start();

    const samples = await team.jamie.metrics();
    const counted = (name: string) => ({
      success: sumOf(samples, name, { status: 'success' }),
      error: sumOf(samples, name, { status: 'error' }),
    });
    expect(counted('slack_mentions_total')).toEqual(truth(team, mentions));
    expect(counted('slack_direct_messages_total')).toEqual(truth(team, direct));
    expect(counted('slack_slash_commands_total')).toEqual(truth(team, commands));
    expect(truth(team, mentions)).toEqual({ success: 7, error: 3 });
    const { times, refused } = await deliveriesOf([...mentions, ...direct]);
    expect(sumOf(samples, 'slack_duplicate_deliveries_total')).toBe(times);
    expect(sumOf(samples, 'slack_refused_requests_total', { reason: 'guest' })).toBe(1);
    expect(sumOf(samples, 'slack_refused_requests_total')).toBe(1 + refused);
    const calls = slack.calls().filter(({ method }) => method !== 'apps.connections.open');
    expect(sumOf(samples, 'slack_api_calls_total')).toBe(calls.length);
    const failed = calls.filter(({ error }) => error !== undefined);
    expect(sumOf(samples, 'slack_api_calls_total', { status: 'error' })).toBe(failed.length);
  };
  // Whoever is refused is told so in the channel, for nobody else to see.
  scenario('say what the workspace saw', mixedRun, ['answer.misplaced', 'ack.failed']);
});

/**
 * How often questions came beyond the first time; the mention and the message of one text are no repetition of each
 * other. `refused`: how many of the deliveries were not taken, which a machine that is very slow makes of repetitions.
 */
async function deliveriesOf(asked: readonly Said[]): Promise<{ times: number; refused: number }> {
  const taken = new Map<string, number>();
  let refused = 0;
  for (const { ask, delivered } of asked) {
    for (const { type, attempts } of await delivered) {
      const key = `${type} ${ask.id}`;
      const count = attempts.filter(({ status }) => status !== 401).length;
      taken.set(key, (taken.get(key) ?? 0) + count);
      refused += attempts.length - count;
    }
  }
  return { times: [...taken.values()].reduce((sum, count) => sum + count - 1, 0), refused };
}
