import { splitSections } from './sections';

describe('splitting Markdown into sections', () => {
  it('splits at the second level and keeps deeper headings inside', () => {
    const text = '# Title\n\nIntro.\n\n## Meaning\nWhat.\n### Detail\nMore.\n\n## Impact\nWho.\n';
    expect(splitSections(text)).toEqual({
      title: 'Title',
      sections: [
        { heading: '', text: 'Intro.' },
        { heading: 'Meaning', text: 'What.\n### Detail\nMore.' },
        { heading: 'Impact', text: 'Who.' },
      ],
    });
  });

  it.each(['```', '~~~', '````'])('sees no heading inside a fence of %s', (fence) => {
    const text = `## One\n${fence}bash\n# comment\n## comment\n${fence}\n## Two\nEnd.`;
    expect(splitSections(text).sections.map(({ heading }) => heading)).toEqual(['One', 'Two']);
  });

  it('sees no heading inside a fence in a list', () => {
    const text =
      '## One\n1. Look:\n\n   ```bash\n   # list\n## not a heading\n   ```\n\n- ```\n## nor this\n  ```\n## Two\nEnd.';
    expect(splitSections(text).sections.map(({ heading }) => heading)).toEqual(['One', 'Two']);
  });

  it('ends a fence only with as many marks of the same kind', () => {
    const text = '## One\n````\n```\n## inside\n~~~~\n````\n## Two\nEnd.';
    expect(splitSections(text).sections.map(({ heading }) => heading)).toEqual(['One', 'Two']);
  });

  it('takes backticks with more backticks in the line as code in a sentence', () => {
    expect(splitSections('## One\n```a``` b\n## Two\nEnd.').sections).toHaveLength(2);
  });

  it('lets a fence that is never closed go to the end', () => {
    expect(splitSections('## One\n```\n## Two\nEnd.').sections).toHaveLength(1);
  });

  it('splits at the highest level there is when there is no second one', () => {
    const headings = splitSections('# T\n### One\na\n#### Deep\nb\n### Two\nc').sections.map(
      ({ heading }) => heading,
    );
    expect(headings).toEqual(['One', 'Two']);
  });

  it('splits at further headings of the first level', () => {
    const { title, sections } = splitSections('# T\n## One\na\n# Other\nb');
    expect(title).toBe('T');
    expect(sections.map(({ heading }) => heading)).toEqual(['One', 'Other']);
  });

  it('has one section without a heading for a text without headings', () => {
    expect(splitSections('Only text.\n')).toEqual({
      title: '',
      sections: [{ heading: '', text: 'Only text.' }],
    });
  });

  it('leaves out headings without text', () => {
    expect(splitSections('# T\n## One\n\n## Two\nb').sections).toEqual([{ heading: 'Two', text: 'b' }]);
  });

  it.each([
    ['## `etcd` is **down** ##', 'etcd is down'],
    ['## [Meaning](https://example.com/x)', 'Meaning'],
    ['## Impact {#impact}', 'Impact'],
    ['## __proto__', '__proto__'],
  ])('reads the heading of "%s"', (line, heading) => {
    expect(splitSections(`${line}\ntext`).sections[0]?.heading).toBe(heading);
  });

  it('takes no tag and no seventh level for a heading', () => {
    expect(splitSections('#tag\n####### seven\n    ## code\ntext').sections).toHaveLength(1);
  });

  it('keeps the indentation of the first line', () => {
    expect(splitSections('## One\n\n    code\n').sections[0]?.text).toBe('    code');
  });

  it('reads the line ends of every system', () => {
    const [unix, windows, mac] = ['\n', '\r\n', '\r'].map((end) =>
      splitSections(`# T${end}## One${end}a${end}b`),
    );
    expect(windows).toEqual(unix);
    expect(mac).toEqual(unix);
  });
});
