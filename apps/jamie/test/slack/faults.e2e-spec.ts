import { ollamaAnswer, type SlackFault } from '@jamie/testing';
import { type SlackTeam, inBothTransports, patienceMs } from './slack-team';

jest.setTimeout(4 * patienceMs);

const lost: SlackFault = { type: 'reset', effect: true };

const slowly = (team: SlackTeam): void => {
  team.ollama.script(ollamaAnswer(['All ', 'is ', 'well ', 'by ', 'now.'], { chunkDelayMs: 350 }));
};

describe('trouble on the way', () => {
  const scenario = inBothTransports({
    answer: ollamaAnswer('All is well.'),
    slack: { timing: { retryDelaysMs: [0, 100, 200] } },
  });

  scenario('answers once what is delivered four times', async (team) => {
    const before = await team.count('slack_duplicate_deliveries_total');
    const asked = team.slack.as('engineer').mention('ops', 'are you there?', { delivery: { copies: 3 } });
    await team.answer(asked);
    await asked.delivered;
    expect(team.slack.transcript.answersTo(asked.ask)).toHaveLength(1);
    expect((await team.count('slack_duplicate_deliveries_total')) - before).toBe(6);
  });

  scenario('answers once what is delivered under four event ids', async (team) => {
    const asked = team.slack.as('engineer').directMessage('are you there?', { delivery: { newIdCopies: 3 } });
    await team.answer(asked);
    await asked.delivered;
    await team.settled();
    expect(team.slack.transcript.answersTo(asked.ask)).toHaveLength(1);
  });

  scenario('answers once although Slack never hears the acknowledgement', async (team) => {
    const asked = team.slack.as('engineer').directMessage('are you there?', { delivery: { loseAcks: 3 } });
    await team.answer(asked);
    await asked.delivered;
    await team.settled();
    expect(team.slack.transcript.answersTo(asked.ask)).toHaveLength(1);
  });

  for (const method of ['chat.postMessage', 'files.completeUploadExternal']) {
    scenario(`posts once when the reply to ${method} is lost`, async (team) => {
      if (method.startsWith('files'))
        team.ollama.script(ollamaAnswer(['```\n', 'line of code\n'.repeat(900), '```\n']));
      team.slack.fail(method, lost, { times: 1 });
      const asked = team.slack.as('engineer').mention('ops', 'are you there?');
      await team.answer(asked);
      await team.settled();
      const answers = team.slack.transcript.answersTo(asked.ask);
      expect(answers).toHaveLength(method.startsWith('files') ? 2 : 1);
    });
  }

  for (const method of ['chat.startStream', 'chat.appendStream', 'chat.stopStream']) {
    scenario(`shows the whole answer once when the reply to ${method} is lost`, async (team) => {
      slowly(team);
      team.slack.fail(method, lost, { times: 1 });
      const asked = team.slack.as('engineer').mention('ops', 'slowly');
      await team.answer(asked, 'All is well by now.');
      const [answer, ...more] = team.slack.transcript.answersTo(asked.ask);
      expect(more).toEqual([]);
      expect(answer?.text.match(/All is/g)).toHaveLength(1);
    });
  }

  const failures: readonly (readonly [string, SlackFault, number?])[] = [
    ['two error pages', { type: 'http', status: 503 }, 2],
    ['an internal error', { type: 'error', error: 'internal_error' }],
    ['half an answer', { type: 'truncated' }],
    ['a fatal error that was none', { type: 'error', error: 'fatal_error', effect: true }],
    ['a cut connection', { type: 'reset', effect: false }],
  ];
  for (const [what, fault, times = 1] of failures) {
    scenario(`delivers the answer once after ${what}`, async (team) => {
      team.slack.fail('chat.postMessage', fault, { times });
      const asked = team.slack.as('engineer').mention('ops', 'are you there?');
      await team.answer(asked, 'All is well.');
      await team.settled();
      expect(team.slack.transcript.answersTo(asked.ask)).toHaveLength(1);
    });
  }

  scenario('waits as long as Slack asks, while others are answered', async (team) => {
    team.slack.fail('chat.postMessage', { type: 'ratelimited', retryAfterSeconds: 2 }, { times: 1 });
    const limited = team.slack.as('engineer').mention('ops', 'quickly');
    await team.slack.waitFor(
      'the refusal',
      () => team.slack.calls('chat.postMessage').some(({ error }) => error === 'ratelimited'),
      patienceMs,
    );
    slowly(team);
    const streamed = team.slack.as('onCall').mention('general', 'slowly');
    await team.slack.waitFor(
      'a stream',
      () => team.slack.transcript.answersTo(streamed.ask).length > 0,
      patienceMs,
    );
    expect(team.slack.transcript.answersTo(limited.ask)).toEqual([]);
    await team.answer(limited, 'All is well.');
    await team.answer(streamed, 'by now');
    const calls = team.slack.calls('chat.postMessage');
    const refused = calls.findIndex(({ error }) => error === 'ratelimited');
    const [before, after] = [calls[refused]?.answeredAtMs ?? 0, calls[refused + 1]?.receivedAtMs ?? 0];
    expect(after - before).toBeGreaterThanOrEqual(1990);
    expect(await team.count('slack_rate_limit_wait_seconds_total')).toBeGreaterThan(0);
    expect(await team.count('slack_api_calls_total{method="chat.postMessage",status="rate_limited"}')).toBe(
      1,
    );
  });

  scenario('gets every answer through a storm of refusals', async (team) => {
    team.slack.fail('chat.postMessage', { type: 'ratelimited', retryAfterSeconds: 1 }, { times: 4 });
    const asked = ['ops', 'general', 'private', 'guest'].map((channel) =>
      team.slack.as('engineer').mention(channel, 'are you there?'),
    );
    for (const one of asked) await team.answer(one, 'All is well.');
  });

  scenario('outlasts a Slack that is gone for a while', async (team) => {
    slowly(team);
    const asked = team.slack.as('engineer').mention('ops', 'slowly');
    await team.slack.waitFor(
      'a stream',
      () => team.slack.transcript.answersTo(asked.ask).length > 0,
      patienceMs,
    );
    const down = team.slack.fail('*', { type: 'http', status: 503 });
    await team.slack.waitFor('some trouble', () => down.hits >= 2, patienceMs);
    down.remove();
    await team.answer(asked, 'All is well by now.');
  });

  scenario('says in one sentence that the model is down, with what the runbooks say', async (team) => {
    await team.ollama.stop();
    try {
      const asked = team.slack.as('engineer').mention('ops', 'KubePodCrashLooping is firing, what do I do?');
      const [answer] = await team.answer(asked, 'The model is not available');
      expect(answer?.text).toContain('kubectl');
      expect(answer?.text).not.toMatch(/^ +at |Error:/m);
      const before = await team.count('slack_mentions_total{status="error"}');
      const hopeless = team.slack.as('engineer').mention('ops', 'who won the cup in 1974?');
      const [apology] = await team.answer(hopeless, 'Neither the model nor the runbooks');
      expect(apology?.actionIds).toEqual([]);
      expect(await team.count('slack_mentions_total{status="error"}')).toBe(before + 1);
    } finally {
      await team.ollama.start();
    }
  });
});

/** Lets the model answer only when this was done, after the question had been heard. */
const meanwhile = (team: SlackTeam, channelId: string, change: () => unknown): void => {
  const statusShown = () =>
    team.slack.calls('assistant.threads.setStatus').some(({ args }) => args['channel_id'] === channelId);
  const changed = team.slack.waitFor('a status', statusShown, patienceMs).then(change);
  team.ollama.script(ollamaAnswer('All is well.', { beginAfter: changed }));
};

const told = (team: SlackTeam, who: string, text: string) =>
  team.slack.waitFor(
    'a private message',
    () =>
      team.slack.transcript
        .directMessages(who)
        .find((line) => line.text.includes(text) && line.text.includes('All is well.')),
    patienceMs,
  );

describe('places without a way in', () => {
  const scenario = inBothTransports({ answer: ollamaAnswer('All is well.') });

  scenario('answers in private where it was mentioned but is no member', async (team) => {
    team.slack.as('engineer').mention('random', 'are you there?');
    await told(team, 'engineer', '/invite @Jamie');
  });

  scenario('answers in private when the channel is archived meanwhile', async (team) => {
    team.slack.admin.addChannel('C0OLD', 'old', 'public');
    meanwhile(team, 'C0OLD', () => team.slack.admin.archive('old'));
    team.slack.as('onCall').mention('old', 'are you there?');
    await told(team, 'onCall', 'is archived');
  });

  const removed = async (team: SlackTeam): Promise<void> => {
    team.slack.admin.addChannel('C0LEFT', 'left', 'private');
    meanwhile(team, 'C0LEFT', () => team.slack.admin.removeBot('left'));
    team.slack.as('owner').mention('left', 'are you there?');
    await told(team, 'owner', 'I am not a member of <#C0LEFT>');
  };
  // Where it may not look any more it cannot take its status away; Slack does so after two minutes.
  scenario('answers in private when it is removed from the channel meanwhile', removed, ['left.status']);
});

describe('threads that cannot be replied to', () => {
  const scenario = inBothTransports({ answer: ollamaAnswer('All is well.') });

  scenario('are answered in private when they are locked', async (team) => {
    team.slack.as('engineer').mention('thread-locked', 'are you there?');
    const answered = () =>
      team.slack.transcript.directMessages('engineer').find(({ text }) => text.includes('All is well.'));
    const answer = await team.slack.waitFor('a private message', answered, patienceMs);
    expect(answer.text).toContain('I may not post in');
  });

  scenario('are answered in private when their first message is deleted meanwhile', async (team) => {
    team.slack.admin.addChannel('C0GONE', 'gone', 'public');
    const root = team.slack.as('engineer').say('gone', 'checkout is slow');
    meanwhile(team, 'C0GONE', () => team.slack.admin.deleteMessage('gone', root.ts));
    team.slack.as('onCall').mention('gone', 'are you there?', { threadTs: root.ts });
    await told(team, 'onCall', 'cannot be replied to any more');
  });
});

describe('a Jamie that is shutting down', () => {
  const scenario = inBothTransports();

  const turnAway = async (team: SlackTeam): Promise<void> => {
    const said = team.slack.as('engineer').say('ops', 'the disk is full', { expect: 'any' });
    await said.delivered;
    team.jamie.startDraining();
    const asked = team.slack.as('engineer').command('/ask-jamie', 'are you there?', 'ops');
    await team.answer(asked, 'I am being restarted.');
    await team.slack.as('onCall').shortcut('ask_jamie', 'ops', said.ts).delivered;
    await team.slack.waitFor('a private sentence', () => team.slack.transcript.ephemerals('onCall')[0]);
    for (const who of ['engineer', 'onCall']) expect(team.slack.transcript.notices(who)).toEqual([]);
    expect(await team.count('slack_refused_requests_total{reason="shutting_down"}')).toBe(2);
    expect(team.prompts()).toEqual([]);
  };
  scenario('tells whoever types a command, or chooses a shortcut, so', turnAway);
});
