import { BrokenRunbookError } from '../folder/broken-runbook';
import { parseRunbook } from './parse-runbook';

const file = (frontMatter: string, body = '# Heading\n\nText.'): string =>
  `---\n${frontMatter}\n---\n\n${body}\n`;

// Every list holds the one before ten times.
const bomb = ['a: &a [x]', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].reduce(
  (yaml, key) => `${yaml}\n${key}: &${key} [${`*${String.fromCharCode(key.charCodeAt(0) - 1)},`.repeat(10)}]`,
);

describe('reading a file as a runbook', () => {
  it('takes what the front matter says', () => {
    const frontMatter =
      'title: Pods crash\nalerts: [PodCrash, PodLoop]\nservices: [api]\nseverity: warning\nurl: https://wiki.example.com/x';
    expect(parseRunbook('a/b.md', file(frontMatter, '# T\n\nIntro.\n\n## Meaning\n\nWhat.'))).toEqual({
      title: 'Pods crash',
      path: 'a/b.md',
      alerts: ['PodCrash', 'PodLoop'],
      services: ['api'],
      severity: 'warning',
      url: 'https://wiki.example.com/x',
      sections: [
        { heading: 'Pods crash', text: 'Intro.' },
        { heading: 'Meaning', text: 'What.' },
      ],
    });
  });

  it('works without front matter: title from the heading, alerts from names written like an alert', () => {
    const runbook = parseRunbook('x/KubePodCrashLooping.md', '# KubePodCrashLooping\n\n## Meaning\nWhat.');
    expect(runbook).toMatchObject({ title: 'KubePodCrashLooping', alerts: ['KubePodCrashLooping'] });
    expect(runbook).not.toHaveProperty('severity');
    expect(runbook).not.toHaveProperty('url');
  });

  it('takes an underscore for a part of an alert name', () => {
    expect(parseRunbook('HCP_KubeAPIDown.md', 'Text.')?.alerts).toEqual(['HCP_KubeAPIDown']);
  });

  it('reads the way of the prometheus-operator runbooks', () => {
    const runbook = parseRunbook(
      'content/runbooks/kubernetes/KubeJobFailed.md',
      '---\ntitle: Kube Job Failed\nweight: 20\n---\n\n# KubeJobFailed\n\n## Meaning\n\nA job failed.\n',
    );
    expect(runbook).toMatchObject({ title: 'Kube Job Failed', alerts: ['KubeJobFailed'] });
  });

  it('takes the name of the file as the title when nothing else names it', () => {
    expect(parseRunbook('a/first-five-minutes.md', 'Breathe.')).toMatchObject({
      title: 'first-five-minutes',
      alerts: [],
      sections: [{ heading: 'first-five-minutes', text: 'Breathe.' }],
    });
  });

  it('believes front matter that names no alerts', () => {
    expect(parseRunbook('KubeJobFailed.md', file('alerts: []'))?.alerts).toEqual([]);
  });

  it.each([
    ['alerts: One, Two', ['One', 'Two']],
    ['alerts: [One, 2, {a: b}]', ['One']],
    ['alerts: {a: b}', []],
    ['alerts:', []],
  ])('reads "%s" leniently', (frontMatter, alerts) => {
    expect(parseRunbook('plain.md', file(frontMatter))?.alerts).toEqual(alerts);
  });

  it('takes runbook_url for the url, and neither when it is no web address', () => {
    expect(parseRunbook('a.md', file('runbook_url: https://example.com/r'))?.url).toBe(
      'https://example.com/r',
    );
    expect(parseRunbook('a.md', file('url: javascript:alert(1)'))).not.toHaveProperty('url');
  });

  it('is not confused by keys that objects have', () => {
    const runbook = parseRunbook(
      'a.md',
      file('__proto__: {title: x}\nconstructor: y\ntitle: Real', '## __proto__\na'),
    );
    expect(runbook).toMatchObject({ title: 'Real', sections: [{ heading: '__proto__', text: 'a' }] });
    expect(Object.getPrototypeOf(runbook)).toBe(Object.prototype);
  });

  it('takes text between two rules for text', () => {
    expect(parseRunbook('a.md', '---\nJust words\n---\nMore.')?.sections[0]?.text).toContain('Just words');
  });

  it.each([
    ['title: [unclosed', 'not valid YAML'],
    [bomb, 'not valid YAML'],
    [`title: ${'x'.repeat(5_000)}`, 'longer than'],
    ['['.repeat(4_000), 'not valid YAML'],
  ])('says what is wrong with front matter like %.20s', (frontMatter, reason) => {
    const read = (): unknown => parseRunbook('a.md', file(frontMatter));
    expect(read).toThrow(BrokenRunbookError);
    expect(read).toThrow(reason);
  });

  it.each(['', '# Only a heading', '---\ntitle: x\n---\n', '## One\n\n## Two'])(
    'finds nothing in %j',
    (text) => {
      expect(parseRunbook('a.md', text)).toBeUndefined();
    },
  );

  it.each(['_index.md', 'README.md', 'a/SUMMARY.md'])(
    'leaves out %s when it only lists other pages',
    (path) => {
      const list =
        '# Summary\n\n- [KubePodCrashLooping](a.md)\n* [KubeJobFailed](b.md)\n\n{{< children >}}\n';
      expect(parseRunbook(path, list)).toBeUndefined();
      expect(parseRunbook(path, `${list}\nHow this team works.`)).toBeDefined();
    },
  );

  it('replaces NUL bytes as CommonMark does', () => {
    expect(parseRunbook('a.md', 'a\0b')?.sections[0]?.text).toBe('a\uFFFDb');
  });
});
