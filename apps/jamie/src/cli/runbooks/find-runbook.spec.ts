import { pathOf } from './find-runbook';

const entry = (title: string, path: string, alerts: readonly string[] = []) => ({
  title,
  path,
  alerts: [...alerts],
  services: [],
  summary: '',
});
const entries = [
  entry('Disk full', 'nodes/NodeFull.md', ['NodeFilesystemFull']),
  entry('Backups', 'one/backups.md'),
  entry('Backups', 'two/backups.md'),
];

describe('the name of a runbook', () => {
  it.each(['nodes/NodeFull.md', 'disk full', 'NODEFULL', 'nodefilesystemfull'])('%s is enough', (name) => {
    expect(pathOf(name, entries)).toBe('nodes/NodeFull.md');
  });

  it('of several leads to their paths', () => {
    expect(() => pathOf('backups', entries)).toThrow('one/backups.md, two/backups.md');
    expect(pathOf('two/backups.md', entries)).toBe('two/backups.md');
  });

  it('that nothing has leads to the search', () => {
    expect(() => pathOf('network', entries)).toThrow('jamie runbooks search network');
  });
});
