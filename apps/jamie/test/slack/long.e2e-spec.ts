import { ollamaAnswer, type SlackLine } from '@jamie/testing';
import { type SlackTeam, inBothTransports, patienceMs } from './slack-team';

jest.setTimeout(3 * patienceMs);

const content = (lines: readonly SlackLine[]): string =>
  lines.map(({ text, files }) => [text, ...files.map((file) => file.content)].join('\n')).join('\n');
const fileNames = (lines: readonly SlackLine[]): string[] =>
  lines.flatMap(({ files }) => files.map(({ name }) => name));

describe('what an answer holds', () => {
  const scenario = inBothTransports({ environment: { SLACK_LINK_HOSTS: 'grafana.example.com' } });

  const ask = async (
    team: SlackTeam,
    answer: string | readonly string[],
    containing?: string,
  ): Promise<readonly SlackLine[]> => {
    team.ollama.script(ollamaAnswer(typeof answer === 'string' ? [answer] : answer));
    return team.answer(team.slack.as('engineer').mention('ops', 'tell me all'), containing);
  };

  scenario('arrives whole when it is 60,000 characters long, as messages and a file', async (team) => {
    const paragraphs = Array.from(
      { length: 60 },
      (_, at) => `Paragraph ${at + 1}. ${'words and words '.repeat(61)}\n\n`,
    );
    const lines = await ask(team, paragraphs);
    await team.slack.waitFor(
      'the file',
      () => lines[0] && fileNames(team.slack.transcript.thread('ops', lines[0].threadTs ?? '')).length === 1,
      patienceMs,
    );
    const thread = team.slack.transcript.thread('ops', lines[0]?.threadTs ?? '').slice(1);
    expect(thread.filter(({ files }) => files.length === 0)).toHaveLength(3);
    expect(fileNames(thread)).toEqual(['answer-continued.md']);
    const arrived = content(thread);
    for (const paragraph of paragraphs) expect(arrived).toContain(paragraph.trim());
  });

  for (const length of [4, 2500, 10_600, 10_800, 12_100, 24_000]) {
    scenario(`arrives whole when it is ${length} characters long`, async (team) => {
      const text = 'one sentence of it. '
        .repeat(Math.ceil(length / 20))
        .slice(0, length - 4)
        .concat('END.');
      const lines = await ask(team, text, 'END.');
      const arrived = lines
        .map((line) => line.text.split('\n\n**Sources**')[0])
        .join('')
        .replace(/\s/g, '');
      expect(arrived).toContain(text.replace(/\s/g, ''));
    });
  }

  scenario('sends a table of 120 rows and 25 columns as a file', async (team) => {
    const row = (cell: string): string =>
      `|${Array.from({ length: 25 }, (_, at) => ` ${cell}${at} `).join('|')}|\n`;
    const table =
      row('c') +
      row('-').replace(/-\d+/g, '---') +
      Array.from({ length: 120 }, (_, at) => row(`r${at}x`)).join('');
    const lines = await ask(team, ['Here it is:\n\n', table, '\nThat is all.'], 'That is all.');
    const threadTs = lines[0]?.threadTs ?? '';
    await team.slack.waitFor(
      'the file',
      () => fileNames(team.slack.transcript.thread('ops', threadTs)).length === 1,
      patienceMs,
    );
    const thread = team.slack.transcript.thread('ops', threadTs).slice(1);
    expect(fileNames(thread)).toEqual(['table-1.md']);
    expect(content(thread)).toContain(table.trim());
  });

  scenario('sends 15,000 characters of code as a file', async (team) => {
    const code = Array.from({ length: 500 }, (_, at) => `line_${at}: "some value of this line"`).join('\n');
    const lines = await ask(team, ['Apply this:\n\n```yaml\n', code, '\n```\n\nThen wait.'], 'Then wait.');
    const threadTs = lines[0]?.threadTs ?? '';
    await team.slack.waitFor(
      'the file',
      () => fileNames(team.slack.transcript.thread('ops', threadTs)).length === 1,
      patienceMs,
    );
    const thread = team.slack.transcript.thread('ops', threadTs).slice(1);
    expect(thread.flatMap(({ files }) => files.map((file) => file.content))).toEqual([code]);
  });

  scenario('keeps small tables and nested code as they are', async (team) => {
    const table = '| pod | restarts |\n| --- | --- |\n| checkout-1 | 7 |';
    const nested = '````markdown\n```sh\nkubectl get pods\n```\n````';
    const [line] = await ask(team, `A table:\n\n${table}\n\nand code:\n\n${nested}\n\nEnd.`);
    expect(line?.text).toContain(table);
    expect(line?.text).toContain(nested);
  });

  scenario('pings nobody, whatever stands in a log line, whole or split', async (team) => {
    const lines = await ask(team, [
      'The log says `ERROR <!channel> disk full` and <!chan',
      'nel> again, <@U0ONCALL> and <!subteam^S1|sre>, @here too.\n\n```\n<!here> <@U0OWNER>\n```\n',
    ]);
    expect(content(lines).replaceAll('\u200b', '')).toContain('ERROR <!channel> disk full');
    expect(content(lines)).not.toMatch(/<[!@]/);
  });

  scenario('links only where it may, shows no image, and never unfurls', async (team) => {
    const [line] = await ask(
      team,
      'See [the board](https://grafana.example.com/d/1), [docs](https://evil.example/?q=secret), <https://evil.example|click>, ![x](https://evil.example/x.png).',
    );
    expect(line?.text).toContain('[the board](https://grafana.example.com/d/1)');
    expect(line?.text).not.toMatch(/https:\/\/evil/);
    expect(line?.text).toContain('`evil.example/?q=secret`');
  });
});
