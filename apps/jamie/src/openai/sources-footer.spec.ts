import { sourcesFooter, withoutSources } from './sources-footer';

const sources = [
  { title: 'KubePodCrashLooping', path: 'workloads/KubePodCrashLooping.md', heading: 'Diagnosis' },
  { title: 'Rollback', path: 'rollback.md', heading: 'Rollback', url: 'https://runbooks.example/rollback' },
];

describe('the sources below an answer', () => {
  it('are numbered as the answer cites them, and linked where a runbook has an address', () => {
    expect(sourcesFooter(sources)).toBe(
      [
        '',
        '',
        '---',
        '',
        '**Sources**',
        '',
        '- [1] KubePodCrashLooping, Diagnosis (`workloads/KubePodCrashLooping.md`)',
        '- [2] [Rollback](https://runbooks.example/rollback) (`rollback.md`)',
      ].join('\n'),
    );
  });

  it('are left out where there are none', () => {
    expect(sourcesFooter([])).toBe('');
  });

  it.each(['Do this [1].', '', 'Before\n\n---\n\nafter', 'The **Sources** are\n\n- [1] here'])(
    'are taken off again, and nothing else: %j',
    (text) => {
      expect(withoutSources(text + sourcesFooter(sources))).toBe(text);
      expect(withoutSources(text)).toBe(text);
    },
  );
});
