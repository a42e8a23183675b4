import { OllamaStandIn, SlackStandIn, ollamaAnswer } from '@jamie/testing';
import { doctorAt, saying } from './examined';

let ollama: OllamaStandIn;
let slack: SlackStandIn;
const { doctor, complaints, expectOne } = doctorAt(() => ollama.url);

beforeAll(async () => {
  ollama = await OllamaStandIn.start();
  ollama.script(ollamaAnswer('pong'));
});
afterAll(() => ollama.stop());
beforeEach(async () => {
  slack = await new SlackStandIn({ transport: 'socket' }).start();
});
afterEach(() => slack.stop());

describe('jamie doctor and Slack', () => {
  it('has nothing to say against an app made from the manifest', async () => {
    const { code, out } = await doctor(slack.env());
    expect(code).toBe(0);
    expect(out).toMatch(/ok +slack +SLACK_BOT_TOKEN signs in as jamie in /);
    expect(out).toMatch(/ok +slack +it has every scope/);
    expect(out).toMatch(/ok +slack +Socket Mode: SLACK_APP_TOKEN opens connections/);
  });

  it('tells of HTTP mode what Slack needs', async () => {
    const { SLACK_APP_TOKEN: _, ...rest } = slack.env();
    const { code, out } = await doctor({ ...rest, SLACK_SIGNING_SECRET: 's' });
    expect(code).toBe(0);
    expect(out).toMatch(/ok +slack +HTTP mode: Slack must reach POST \/slack\/events/);
  });

  it('names a missing scope', async () => {
    slack.app.scopes.delete('channels:history');
    await expectOne(slack.env(), {
      check: 'slack',
      verdict: 'wrong',
      text: 'the app lacks the scope channels:history',
      fix: saying(/slack\/manifest\.json, and install the app again/),
    });
  });

  it('names both tokens that Slack does not take, and never their values', async () => {
    const env = {
      ...slack.env(),
      SLACK_BOT_TOKEN: 'xoxb-wrong-secret',
      SLACK_APP_TOKEN: 'xapp-wrong-secret',
    };
    const { code, found } = await complaints(env);
    expect(code).toBe(1);
    expect(found).toEqual([
      expect.objectContaining({
        text: saying('SLACK_BOT_TOKEN \\(invalid_auth\\)'),
        fix: saying('Bot User OAuth Token'),
      }),
      expect.objectContaining({
        text: saying('SLACK_APP_TOKEN \\(invalid_auth\\)'),
        fix: saying('connections:write'),
      }),
    ]);
    expect(JSON.stringify(found)).not.toContain('wrong-secret');
  });

  it('names Socket Mode that is switched off, and asks to wait where Slack takes no more calls', async () => {
    slack.fail('apps.connections.open', { type: 'error', error: 'socket_mode_disabled' });
    await expectOne(slack.env(), {
      verdict: 'wrong',
      text: saying('refuses Socket Mode to this app'),
      fix: saying('^turn it on at .*, Socket Mode$'),
    });
    slack.mend();
    slack.fail('apps.connections.open', { type: 'ratelimited', retryAfterSeconds: 1 });
    await expectOne(slack.env(), { verdict: 'warning', fix: 'try again in a minute' });
  });

  it('tells a revoked token and Slack that is down from a wrong one', async () => {
    slack.app.tokenState = 'token_revoked';
    await expectOne(slack.env(), { verdict: 'wrong', fix: saying('^install the app again') });
    slack.goDown();
    const { found } = await complaints(slack.env());
    expect(found.map(({ fix }) => fix)).toEqual([saying('reaches 127'), saying('reaches 127')]);
  });
});
