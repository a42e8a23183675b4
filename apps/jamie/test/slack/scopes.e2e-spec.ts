import { type SlackLine, ollamaAnswer } from '@jamie/testing';
import { bodyOf } from '../harness';
import { type SlackTeam, inEach, manifestRights, patienceMs, startTeam } from './slack-team';

jest.setTimeout(6 * patienceMs);

type Way = 'mention' | 'uninvited' | 'direct' | 'command' | 'shortcut';
type Place = 'ops' | 'private' | 'group-dm';

/** What still works without a scope. */
interface Without {
  readonly scope: string;
  readonly asked: readonly (readonly [Way, Place?])[];
  /** Instead of the answer. */
  readonly told?: string;
  /** Findings, by id. */
  readonly ignoring?: readonly string[];
}

const question = 'are you there?';
const everyWay = [['mention', 'ops'], ['direct'], ['command'], ['shortcut', 'ops']] as const;
const cases: readonly Without[] = [
  { scope: 'app_mentions:read', asked: everyWay },
  { scope: 'assistant:write', asked: everyWay },
  { scope: 'channels:history', asked: everyWay },
  { scope: 'groups:history', asked: [['mention', 'private']] },
  { scope: 'mpim:history', asked: [['mention', 'group-dm']] },
  { scope: 'channels:read', asked: [['shortcut', 'ops']], told: '`channels:read`' },
  { scope: 'groups:read', asked: [['shortcut', 'private']], told: '`groups:read`' },
  { scope: 'mpim:read', asked: [['shortcut', 'group-dm']], told: '`mpim:read`' },
  {
    scope: 'users:read',
    asked: everyWay,
    told: '`users:read`',
    ignoring: ['answer.misplaced', 'answer.missing'],
  },
  { scope: 'im:write', asked: [...everyWay, ['uninvited']] },
  { scope: 'files:write', asked: [['mention', 'ops']] },
  { scope: 'chat:write', asked: [['command']] },
  { scope: 'im:history', asked: [['mention', 'ops'], ['command']] },
  { scope: 'commands', asked: [['mention', 'ops'], ['direct']] },
];

describe('an app that lacks a permission', () => {
  it('is tried without each that the manifest asks for', () => {
    const tried = new Set(cases.map(({ scope }) => scope));
    expect([...tried].toSorted()).toEqual(manifestRights().scopes.toSorted());
  });

  it.each(cases)('speaks where it can, and names $scope', ({ scope, asked, told, ignoring = [] }) =>
    inEach(async (transport) => {
      const team = await startTeam(transport, { before: ({ admin }) => admin.dropScope(scope) });
      try {
        team.ollama.script(ollamaAnswer('All is well.'));
        for (const [way, place = 'ops'] of asked) await hears(team, ask(team, way, place), told);
        expect(await slackDetail(team)).toContain(`The Slack app lacks ${scope}:`);
        await team.expectNothingWrong(...ignoring);
      } finally {
        await team.close();
      }
    }),
  );

  it('is reported while it runs, and until it is installed again', () =>
    inEach(async (transport) => {
      const team = await startTeam(transport);
      try {
        team.ollama.script(ollamaAnswer('All is well.'));
        expect(await slackDetail(team)).not.toContain('lacks');
        team.slack.admin.dropScope('files:write');
        await hears(team, ask(team, 'mention', 'ops'));
        expect(await slackDetail(team)).toContain('The Slack app lacks files:write:');
        team.slack.admin.grantScope('files:write');
        await hears(team, ask(team, 'mention', 'ops'));
        expect(await slackDetail(team)).not.toContain('lacks');
      } finally {
        await team.close();
      }
    }));
});

/** Asks in this way. Answers what the asker sees of it from then on, wherever that may be. */
function ask({ slack }: SlackTeam, way: Way, place: Place): () => readonly SlackLine[] {
  const engineer = slack.as('engineer');
  const inPrivate = () => [
    ...slack.transcript.ephemerals('engineer'),
    ...slack.transcript.directMessages('engineer'),
  ];
  const before = new Set(inPrivate().map(({ ts }) => ts));
  const news = () => inPrivate().filter(({ ts }) => !before.has(ts));
  if (way === 'shortcut') {
    const { ts } = slack.as('onCall').say(place, 'the disk is full', { expect: 'any' });
    engineer.shortcut('ask_jamie', place, ts);
    return () => [...slack.transcript.thread(place, ts), ...news()];
  }
  const asked = {
    mention: () => engineer.mention(place, question),
    uninvited: () => engineer.mention('random', question),
    direct: () => engineer.directMessage(question),
    command: () => engineer.command('/ask-jamie', question, place),
  }[way]();
  return () => [...slack.transcript.answersTo(asked.ask), ...news()];
}

/** Waits until whoever asked reads an answer, or why there is none. */
async function hears({ slack }: SlackTeam, seen: () => readonly SlackLine[], told = 'All is well.') {
  await slack.waitFor(`"${told}"`, () => seen().some(({ text }) => text.includes(told)), patienceMs);
}

async function slackDetail({ jamie }: SlackTeam): Promise<string> {
  const health = await bodyOf(await fetch(`${jamie.url}/health/ready`));
  return health.dependencies['slack']?.detail ?? '';
}
