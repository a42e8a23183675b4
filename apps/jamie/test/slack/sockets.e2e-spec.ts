import { ollamaAnswer } from '@jamie/testing';
import { type SlackTeam, eventually, patienceMs, startTeam } from './slack-team';

jest.setTimeout(4 * patienceMs);

describe('Socket Mode', () => {
  let team: SlackTeam;

  beforeEach(async () => {
    team = await startTeam('socket', {
      slack: { timing: { socketWarningMs: 500, ackTimeoutMs: 3000, retryDelaysMs: [0, 500, 1500] } },
    });
    team.ollama.script(ollamaAnswer('All is well.'));
  });
  afterEach(async () => {
    await team.close();
  });

  const twoOpen = () =>
    team.slack.waitFor('two sockets', () => team.slack.sockets.open.length === 2, patienceMs);

  it('loses nothing while its connections are renewed', async () => {
    const asked = [];
    for (let round = 0; round < 4; round += 1) {
      asked.push(team.slack.as('engineer').mention('ops', `before ${round}`));
      team.slack.sockets.refresh();
      asked.push(team.slack.as('onCall').mention('general', `after ${round}`));
      await twoOpen();
    }
    for (const one of asked) await team.answer(one, 'All is well.');
    await team.expectNothingWrong('ack.failed', 'socket.stray-ack');
  });

  it('answers commands while a connection is renewed', async () => {
    team.slack.sockets.warn();
    const asked = team.slack.as('engineer').command('/ask-jamie', 'are you there?', 'ops');
    await team.answer(asked, 'All is well.');
    await twoOpen();
    await team.expectNothingWrong();
  });

  it('comes back after a connection was cut', async () => {
    team.slack.sockets.reset();
    await twoOpen();
    await team.answer(team.slack.as('engineer').mention('ops', 'are you there?'), 'All is well.');
    expect(await team.count('slack_connected{transport="socket"}')).toBe(1);
  });

  it('notices a connection that only looks open, and loses nothing', async () => {
    team.slack.sockets.halfOpen();
    const asked = team.slack.as('engineer').mention('ops', 'are you there?');
    await team.answer(asked, 'All is well.');
    await team.slack.waitFor('a new socket', () => team.slack.sockets.connections.length === 3, patienceMs);
  });

  it('goes on with one connection when Slack allows no more, and says why', async () => {
    const opened = () => team.slack.calls('apps.connections.open').length;
    const before = opened();
    team.slack.sockets.maxConnections = 1;
    team.slack.sockets.reset();
    const health = async () => (await fetch(`${team.jamie.url}/health/ready`)).text();
    await eventually(async () => (await health()).includes('1 of 2 connections open. Slack allows ten'));
    await team.answer(team.slack.as('engineer').mention('ops', 'are you there?'), 'All is well.');
    expect(opened()).toBe(before + 1);
    await team.expectNothingWrong('socket.too-many');
  });

  it('stops when Socket Mode is switched off, and says so', async () => {
    team.slack.sockets.disableLink();
    await team.slack.waitFor('no socket', () => team.slack.sockets.open.length === 0, patienceMs);
    expect(await team.count('slack_connected{transport="socket"}')).toBe(0);
    expect(await (await fetch(`${team.jamie.url}/health`)).text()).toContain('switched off');
    await team.expectNothingWrong();
  });
});
