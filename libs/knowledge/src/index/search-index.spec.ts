import type { Runbook } from '@jamie/core';
import * as fc from 'fast-check';
import { parseRunbook } from '../markdown/parse-runbook';
import { atOnce } from '../slices';
import { buildIndex } from './build-index';
import { searchIndex } from './search-index';

const files: Readonly<Record<string, string>> = {
  'KubePodCrashLooping.md':
    'A container keeps starting and stopping.\n## Meaning\nThe state is `CrashLoopBackOff`; the kubelet waits longer each time.\n## Diagnosis\nRead the logs of the last run with `kubectl logs --previous`.\n## Mitigation\nRoll the deployment back.',
  'KubePodNotReady.md':
    'A pod runs but takes no traffic.\n## Meaning\nIts readiness probe fails.\n## Diagnosis\nDescribe the pod.',
  'KubeContainerOOMKilled.md':
    'A container used more memory than its limit.\n## Meaning\nThe kernel killed it: exit code 137, reason `OOMKilled`.\n## Mitigation\nRaise the memory limit.',
  'NodeFilesystemAlmostOutOfSpace.md':
    'A filesystem of a node is nearly full.\n## Diagnosis\nFind the largest folders with `du`.\n## Mitigation\nDelete old images and logs.',
  'etcdNoLeader.md':
    'The etcd cluster has no leader: nothing can be written.\n## Diagnosis\nLook at the members and their disks.',
  'TargetDown.md':
    'Prometheus cannot scrape a target.\n## Meaning\nThe endpoint answers late or not at all: context deadline exceeded.',
  'Watchdog.md':
    '---\nalerts: [Watchdog]\n---\nThis alert always fires.\n## Meaning\nIt proves that alerting works from end to end.',
  'KafkaConsumerGroupLag.md':
    'Consumers of a topic fall behind.\n## Diagnosis\nCompare offsets: the column LAG grows.',
  'PostgresqlTooManyConnections.md':
    'The database refuses new sessions.\n## Meaning\n`FATAL: sorry, too many clients already`\n## Mitigation\nClose idle connections.',
  'on-call-handover.md':
    '# On-call handover\n\nWhat to tell the next person.\n## Notes\nOpen incidents, silences, promises.',
};

const runbooks = Object.entries(files).flatMap(([path, text]) => parseRunbook(path, text) ?? []);
const index = atOnce(buildIndex(runbooks));
const search = (query: string, limit = 3): readonly string[] =>
  searchIndex(index, query, limit).map(({ runbook }) => runbook.path.replace('.md', ''));

describe('searching runbooks', () => {
  it.each(runbooks.flatMap(({ alerts }) => alerts))(
    'finds %s by its name, however it is written',
    (alert) => {
      const apart = alert.replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
      const spellings = [alert, alert.toLowerCase(), alert.toUpperCase(), apart, apart.replaceAll(' ', '-')];
      for (const name of spellings) expect(search(`${name} is firing in prod`)[0]).toBe(alert);
    },
  );

  it('puts a named alert before everything else that fits better', () => {
    const query = 'Watchdog: container killed by the kernel, memory limit, exit code 137, OOM';
    expect(search(query).slice(0, 2)).toEqual(['Watchdog', 'KubeContainerOOMKilled']);
  });

  it('takes the longest name that stands there', () => {
    const alike = ['APIDown.md', 'KubeAPIDown.md', 'KubeAPIDownAgain.md'].flatMap(
      (path) => parseRunbook(path, 'The API server is down.\n## Diagnosis\nLook at its logs.') ?? [],
    );
    const built = atOnce(buildIndex(alike));
    for (const { path, alerts } of alike) {
      const [first, second] = searchIndex(
        built,
        `${alerts[0]?.replace('API', ' API ').replace('Again', ' again')}`,
        3,
      );
      expect(first?.runbook.path).toBe(path);
      expect(first?.score).toBeGreaterThan(2 * (second?.score ?? 0));
    }
  });

  it('finds a page by its title, whatever stands around it', () => {
    const page = parseRunbook('shift.md', '# Rotation\n\nSome words.');
    const built = atOnce(buildIndex([...runbooks, ...(page === undefined ? [] : [page])]));
    expect(searchIndex(built, 'what about the rotations?', 1)[0]?.runbook.path).toBe('shift.md');
    expect(searchIndex(built, 'some words', 1)).toEqual([]);
  });

  it('gives a named alert at least twice the score of what was not named', () => {
    const [first, second] = searchIndex(index, 'Watchdog container killed memory limit exit code 137', 2);
    expect(first?.score).toBeGreaterThan(2 * (second?.score ?? Infinity));
  });

  it.each([
    ['a pod keeps crashing after its start', 'KubePodCrashLooping'],
    ['crashloop backoff', 'KubePodCrashLooping'],
    ['crash loop back-off', 'KubePodCrashLooping'],
    ['podcrash, containerlogs', 'KubePodCrashLooping'],
    ['killed with exit code 137', 'KubeContainerOOMKilled'],
    ['file system full', 'NodeFilesystemAlmostOutOfSpace'],
    ['consumer lag on a topic', 'KafkaConsumerGroupLag'],
    ['too many clients already', 'PostgresqlTooManyConnections'],
    ['context deadline exceeded while scraping', 'TargetDown'],
  ])('answers "%s" with %s', (query, expected) => {
    expect(search(query)[0]).toBe(expected);
  });

  it.each([
    ['postgersql refuses conections', 'PostgresqlTooManyConnections'],
    ['readines porbe of a pod fials', 'KubePodNotReady'],
    ['contanier oomkiled', 'KubeContainerOOMKilled'],
  ])('reads "%s" in spite of its spelling', (query, expected) => {
    expect(search(query)[0]).toBe(expected);
  });

  it.each([
    '',
    '   ',
    '?!',
    'hello',
    'thanks a lot!',
    'good morning everyone',
    'how are you today?',
    'tell me a joke',
    'what is the capital of Mongolia',
    'cheap train tickets from Munich to Vienna',
    'recommend a good book about history, please',
  ])('finds nothing for "%s"', (query) => {
    expect(search(query)).toEqual([]);
  });

  it('finds nothing when a few words of a long story happen to fit', () => {
    const fitting = 'the container has a memory limit, and the kernel killed it';
    const story =
      'Yesterday evening my grandmother drove through seven villages, visited churches, castles and museums, ate ' +
      'wonderful pancakes with blueberries, bought cherries, sang ballads, photographed butterflies and slept soundly; ' +
      'grandfather meanwhile painted fences, watered tomatoes, repaired bicycles, played chess and baked bread';
    expect(search(fitting)[0]).toBe('KubeContainerOOMKilled');
    expect(search(`${story}; ${fitting}`)).toEqual([]);
  });

  it('scores every section of what it finds', () => {
    const [match] = searchIndex(index, 'read the logs of the last run of a crashing pod', 1);
    expect(match?.sectionScores).toHaveLength(match?.runbook.sections.length ?? 0);
    const best = match?.sectionScores.indexOf(Math.max(...match.sectionScores)) ?? -1;
    expect(match?.runbook.sections[best]?.heading).toBe('Diagnosis');
  });

  it('returns no more than it was asked for, best first', () => {
    const matches = searchIndex(index, 'kube pod container memory limit readiness', 5);
    expect(matches.length).toBeGreaterThan(1);
    expect(searchIndex(index, 'kube pod container memory limit readiness', 1)).toEqual(matches.slice(0, 1));
    expect(matches.map(({ score }) => score)).toEqual(
      matches.map(({ score }) => score).sort((a, b) => b - a),
    );
    expect(search('KubePodNotReady', 0)).toEqual([]);
  });

  it('reads both ends of a text that is very long', () => {
    const noise = 'lorem ipsum dolor sit amet '.repeat(4_000);
    expect(search(`TargetDown is firing\n${noise}`)[0]).toBe('TargetDown');
    expect(search(`${noise}\nTargetDown is firing`)[0]).toBe('TargetDown');
  });

  it('reads two words that make one as that one, even where both are known by themselves', () => {
    const page = parseRunbook('billing.md', '# Billing\n\nA file from the other system is full of errors.');
    const built = atOnce(buildIndex([...runbooks, ...(page === undefined ? [] : [page])]));
    expect(searchIndex(built, 'file system full', 1)[0]?.runbook.path).toBe(
      'NodeFilesystemAlmostOutOfSpace.md',
    );
  });

  it('reads the text of links, not their addresses', () => {
    const page = parseRunbook(
      'page.md',
      '## Meaning\nSee [the turbine manual](https://example.com/gearbox/gearbox-oil).\n\n[ref]: https://example.com/gearbox',
    );
    const built = atOnce(buildIndex(page === undefined ? [] : [page]));
    expect([...built.terms.keys()]).toEqual(expect.arrayContaining(['turbin', 'manual']));
    expect([...built.terms.keys()]).not.toContain('gearbox');
  });

  it('is not led astray by pages about everything', () => {
    const page = 'Pods crash, restart and loop; containers crash and restart; a pod crash loop is bad.';
    const readme = parseRunbook('README.md', `# Crash loop of a pod\n\n${page}`);
    const withReadme = atOnce(buildIndex([...runbooks, ...(readme === undefined ? [] : [readme])]));
    const [first] = searchIndex(withReadme, 'a container of a pod keeps crashing', 3);
    expect(first?.runbook.path).toBe('KubePodCrashLooping.md');
  });

  it('answers alike in a small and in a large collection', () => {
    const others = Array.from({ length: 400 }, (_, number): Runbook => ({
      title: `Made${number}`,
      path: `made-${number}.md`,
      alerts: [],
      services: [],
      sections: [
        { heading: `Made${number}`, text: `Gadget ${number} of the workshop needs oil and a new belt.` },
      ],
    }));
    const large = atOnce(buildIndex([...runbooks, ...others]));
    for (const query of [
      'a pod keeps crashing after its start',
      'consumer lag on a topic',
      'tell me a joke',
    ]) {
      expect(searchIndex(large, query, 1)[0]?.runbook.path).toBe(
        searchIndex(index, query, 1)[0]?.runbook.path,
      );
    }
  });

  it('finds nothing in nothing', () => {
    expect(searchIndex(atOnce(buildIndex([])), 'KubePodCrashLooping', 3)).toEqual([]);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'takes %s for a word like others',
    (word) => {
      expect(search(word)).toEqual([]);
      expect(search(`${word} KubePodNotReady`)[0]).toBe('KubePodNotReady');
    },
  );

  it('answers any text with proper matches', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat({ max: 5 }), (query, limit) => {
        const matches = searchIndex(index, query, limit);
        expect(matches.length).toBeLessThanOrEqual(limit);
        for (const { score } of matches) expect(score).toBeGreaterThan(0);
      }),
    );
  });
});
