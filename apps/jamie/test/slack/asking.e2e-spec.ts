import { ollamaAnswer } from '@jamie/testing';
import { type SlackTeam, startTeam, transports } from './slack-team';

describe.each(transports)('asking over %s', (transport) => {
  let team: SlackTeam;

  beforeEach(async () => {
    team = await startTeam(transport);
  });
  afterEach(async () => {
    await team.close();
  });

  it('answers a mention in its thread, once, with sources and feedback buttons', async () => {
    team.ollama.script(ollamaAnswer('Look at the previous logs [1].'));
    const asked = team.slack.as('engineer').mention('ops', 'KubePodCrashLooping is firing, what do I do?');
    const [answer, ...more] = await team.slack.waitForAnswer(asked);
    await team.slack.quiet();
    expect(answer?.text).toContain('Look at the previous logs [1].');
    expect(answer?.text).toContain('**Sources**');
    expect(answer?.actionIds).toEqual(['jamie_feedback']);
    expect(more).toEqual([]);
    expect(team.slack.verdict()).toEqual([]);
    expect(await team.count('slack_mentions_total{status="success"}')).toBe(1);
  });
});
