import { ollamaAnswer } from '@jamie/testing';
import { inBothTransports, manifestRights, patienceMs } from './slack-team';

jest.setTimeout(3 * patienceMs);

describe('the permissions in slack/manifest.json', () => {
  const scenario = inBothTransports({ answer: ollamaAnswer('All is well.') });

  scenario('suffice for everything that Jamie does, and each of them is needed', async (team) => {
    const { slack } = team;
    const engineer = slack.as('engineer');
    for (const channel of ['ops', 'private', 'group-dm']) {
      const asked = engineer.mention(channel, 'are you there?');
      await team.answer(asked, 'All is well.');
      const followUp = engineer.say(channel, 'and now?', { threadTs: asked.threadTs });
      await team.answer(followUp, 'All is well.');
      const alert = slack.as('onCall').say(channel, 'disk full', { expect: 'any' });
      await engineer.shortcut('ask_jamie', channel, alert.ts).delivered;
    }
    await team.answer(engineer.directMessage('are you there?'), 'All is well.');
    await team.answer(engineer.command('/ask-jamie', 'are you there?'), 'All is well.');
    await engineer.openMessagesTab();
    team.ollama.script(ollamaAnswer(['```\n', 'line of code\n'.repeat(900), '```\n']));
    await team.answer(engineer.mention('ops', 'all the code please'), 'in the file');
    slack.as('onCall').mention('random', 'are you there, too?');
    const told = () => slack.transcript.directMessages('onCall').find(({ text }) => text.includes('/invite'));
    await slack.waitFor('a direct message', told, patienceMs);
    await team.settled();
    expect([...slack.app.exercised].toSorted()).toEqual(manifestRights().scopes);
  });
});
