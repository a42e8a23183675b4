import { ollamaAnswer } from '@jamie/testing';
import { inBothTransports, patienceMs } from './slack-team';

jest.setTimeout(6 * patienceMs);

const success = '{status="success"}';

describe('many at once', () => {
  const scenario = inBothTransports({ environment: { OLLAMA_MAX_IN_FLIGHT: '50' } });

  scenario('answers 50 questions, each once, and counts them exactly', async (team) => {
    team.ollama.script(ollamaAnswer(['All ', 'is ', 'well.'], { firstChunkDelayMs: 200 }));
    const channels = Array.from({ length: 20 }, (_, at) => `team-${at}`);
    for (const [at, name] of channels.entries()) team.slack.admin.addChannel(`C0TEAM${at}`, name, 'public');
    const asked = Array.from({ length: 50 }, (_, at) =>
      at % 5 === 4
        ? team.slack.as('onCall').directMessage(`question ${at}`)
        : team.slack.as('engineer').mention(`team-${at % 20}`, `question ${at}`),
    );
    for (const one of asked) await team.answer(one, 'All is well.');
    expect(await team.count(`slack_mentions_total${success}`)).toBe(40);
    expect(await team.count(`slack_direct_messages_total${success}`)).toBe(10);
    expect(await team.count('slack_mentions_total{status="error"}')).toBe(0);
  });
});

describe('a workspace that enforces its limits', () => {
  const scenario = inBothTransports({
    answer: ollamaAnswer('All is well.'),
    slack: { rateLimits: 'strict' },
  });

  scenario('is never called more often than it allows', async (team) => {
    const asked = Array.from({ length: 8 }, (_, at) =>
      team.slack.as('engineer').mention('ops', `question ${at}`),
    );
    for (const one of asked) await team.answer(one, 'All is well.');
  });
});
