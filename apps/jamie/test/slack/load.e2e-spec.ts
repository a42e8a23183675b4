import { ollamaAnswer } from '@jamie/testing';
import { patienceMs, startTeam, transports } from './slack-team';

jest.setTimeout(6 * patienceMs);

const asks = 50;

describe.each(transports)('many at once, over %s', (transport) => {
  it(`answers ${asks} questions, each once, and counts them exactly`, async () => {
    const team = await startTeam(transport, { environment: { OLLAMA_MAX_IN_FLIGHT: '50' } });
    try {
      team.ollama.script(ollamaAnswer(['All ', 'is ', 'well.'], { firstChunkDelayMs: 200 }));
      const channels = ['ops', 'general', 'private', 'guest'];
      const asked = Array.from({ length: asks }, (_, at) =>
        at % 5 === 4
          ? team.slack.as('onCall').directMessage(`question ${at}`)
          : team.slack.as('engineer').mention(channels[at % 4] ?? 'ops', `question ${at}`),
      );
      for (const one of asked) await team.answer(one, 'All is well.');
      const status = '{status="success"}';
      expect(await team.count(`slack_mentions_total${status}`)).toBe(40);
      expect(await team.count(`slack_direct_messages_total${status}`)).toBe(10);
      expect(await team.count('slack_mentions_total{status="error"}')).toBe(0);
      await team.expectNothingWrong();
    } finally {
      await team.close();
    }
  });

  it('keeps to what Slack allows in a minute', async () => {
    const team = await startTeam(transport, { slack: { rateLimits: 'strict' } });
    try {
      team.ollama.script(ollamaAnswer('All is well.'));
      const asked = Array.from({ length: 12 }, (_, at) =>
        team.slack.as('engineer').mention('ops', `question ${at}`),
      );
      for (const one of asked) await team.answer(one, 'All is well.');
      await team.expectNothingWrong();
    } finally {
      await team.close();
    }
  });
});
