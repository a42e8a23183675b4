import { chmod, mkdir, mkdtemp, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { RunbookObserver, RunbookSearch } from '@jamie/core';
import { Global, Logger, type LoggerService, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { KnowledgeModule } from './knowledge.module';
import { RunbookLibrary } from './runbook-library';

// An interval far beyond every test: what passes has been told by the file system.
const byEvents = { quietMs: 20, intervalMs: 3_600_000 };
const byInterval = { quietMs: 20, intervalMs: 30 };

/** Something that happens now and then; a test waits for the time when it looks as it should. */
class Happenings<Item> {
  readonly all: Item[] = [];
  private readonly waiting = new Set<() => void>();

  add(item: Item): void {
    this.all.push(item);
    for (const look of this.waiting) look();
  }

  /** Forgets what has happened so far. */
  forget(): void {
    this.all.length = 0;
  }

  until(isThere: (item: Item) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!this.all.some(isThere)) return;
        this.waiting.delete(look);
        resolve();
      };
      this.waiting.add(look);
      look();
    });
  }
}

class RecordingObserver extends RunbookObserver {
  readonly loads = new Happenings<readonly [runbooks: number, broken: number]>();
  readonly searches: boolean[] = [];

  loaded(runbooks: number, broken: number): void {
    this.loads.add([runbooks, broken]);
  }

  searched(hit: boolean): void {
    this.searches.push(hit);
  }
}

const runbook = (text: string): string => `${text}\n\n## Diagnosis\n\nLook at the workshop's ${text}.\n`;

let folder: string;
let observer: RecordingObserver;
let logged: Happenings<string>;
let open: RunbookLibrary[];

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'runbooks-')), 'team');
  observer = new RecordingObserver();
  logged = new Happenings();
  open = [];
  const log = (level: string) => (message: string) => logged.add(`${level}: ${message}`);
  const recorder: LoggerService = { log: log('log'), warn: log('warn'), error: log('error') };
  Logger.overrideLogger(recorder);
});

afterEach(async () => {
  for (const library of open) await library.onApplicationShutdown();
  await rm(dirname(folder), { recursive: true, force: true });
});

async function write(files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  const each = Object.entries(files).map(async ([path, content]) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  });
  await Promise.all(each);
}

async function start(timing = byEvents): Promise<RunbookLibrary> {
  const library = new RunbookLibrary({ directory: folder, watch: true }, observer, timing);
  open.push(library);
  await library.onModuleInit();
  return library;
}

const loadedAs =
  (runbooks: number, broken = 0) =>
  (load: readonly [number, number]): boolean =>
    load[0] === runbooks && load[1] === broken;

describe('the runbooks of a folder', () => {
  it('are loaded before the application is ready, and searches are observed', async () => {
    await write({
      'a/KubeJobFailed.md': runbook('A job failed'),
      'b/deep/TargetDown.md': runbook('No scrape'),
    });
    @Global()
    @Module({ providers: [{ provide: RunbookObserver, useValue: observer }], exports: [RunbookObserver] })
    class Observers {}
    const imports = [Observers, KnowledgeModule.forRoot({ directory: folder, watch: true })];
    const application = await Test.createTestingModule({ imports }).compile();
    await application.init();
    const search = application.get(RunbookSearch);
    expect(search.count()).toBe(2);
    expect(observer.loads.all[0]).toEqual([2, 0]);
    expect(search.search('TargetDown is firing', 3)[0]?.runbook.path).toBe('b/deep/TargetDown.md');
    expect(search.search('tell me a joke', 3)).toEqual([]);
    expect(observer.searches).toEqual([true, false]);
    await application.close();
  });

  it('may be many, with pages that only list others', async () => {
    const names = Array.from({ length: 300 }, (_, number) => `GadgetNumber${number}Stuck`);
    await write(Object.fromEntries(names.map((name, at) => [`area-${at % 7}/${name}.md`, runbook(name)])));
    await write({
      'area-1/_index.md': '---\ntitle: Gadgets\nweight: 1\n---\n',
      'SUMMARY.md': '# All\n- [One](a.md)\n',
    });
    const library = await start();
    expect(library.count()).toBe(300);
    for (const name of names.slice(0, 20)) {
      expect(library.search(`${name} is firing`, 1)[0]?.runbook.title).toBe(name);
    }
  });

  it('are followed when files come, change and go', async () => {
    await write({ 'KubeJobFailed.md': runbook('A job failed') });
    const library = await start();
    await write({ 'new/folder/TargetDown.md': runbook('No scrape') });
    await observer.loads.until(loadedAs(2));
    await write({ 'new/folder/TargetDown.md': '# Other\n\nNow about turbines, rotors and turbine blades.' });
    await write({ 'third.md': runbook('Something else') });
    await observer.loads.until(loadedAs(3));
    expect(library.search('turbine blades of a rotor', 1)[0]?.runbook.title).toBe('Other');
    observer.loads.forget();
    await rm(join(folder, 'new'), { recursive: true });
    await observer.loads.until(loadedAs(2));
    await rm(join(folder, 'KubeJobFailed.md'));
    await observer.loads.until(loadedAs(1));
    expect(library.count()).toBe(1);
  });

  it('are followed in a folder that was removed and made anew at once', async () => {
    await write({ 'area/one.md': runbook('The one'), 'other.md': runbook('The other') });
    await start();
    observer.loads.forget();
    await rm(join(folder, 'area'), { recursive: true });
    await write({ 'area/two.md': runbook('The two') });
    await observer.loads.until(loadedAs(2));
    await write({ 'area/three.md': runbook('The three') });
    await observer.loads.until(loadedAs(3));
  });

  it('are not read again while nothing changes, however often somebody looks', async () => {
    await write({ 'one.md': runbook('The one') });
    await start({ quietMs: 1, intervalMs: 1 });
    for (let turn = 0; turn < 200; turn += 1) await stat(folder);
    expect(observer.loads.all).toHaveLength(1);
  });

  it('are reloaded a few times only when many files change at once', async () => {
    await write({ 'first.md': runbook('The first') });
    await start({ ...byEvents, quietMs: 300 });
    const numbers = Array.from({ length: 100 }, (_, number) => number);
    await Promise.all(numbers.map((number) => write({ [`many-${number}.md`]: runbook(`The ${number}`) })));
    await observer.loads.until(loadedAs(101));
    expect(observer.loads.all.length).toBeLessThan(6);
  });

  it('can be searched at any time while they are reloaded, whole', async () => {
    const files = Array.from({ length: 60 }, (_, at) => [
      `GadgetNumber${at}Stuck.md`,
      runbook(`Gadget ${at}`),
    ]);
    await write(Object.fromEntries(files));
    const library = await start();
    await write({ 'TargetDown.md': runbook('No scrape') });
    const counts = new Set<number>();
    const found = new Set<string | undefined>();
    while (!observer.loads.all.some(loadedAs(61))) {
      counts.add(library.count());
      found.add(library.search('GadgetNumber7Stuck', 1)[0]?.runbook.title);
      await new Promise(setImmediate);
    }
    expect([...counts].every((count) => count === 60 || count === 61)).toBe(true);
    expect([...found]).toEqual(['GadgetNumber7Stuck']);
  });

  it('are left alone after the shutdown', async () => {
    await write({ 'one.md': runbook('The one') });
    const closed = await start();
    await closed.onApplicationShutdown();
    await start();
    await write({ 'two.md': runbook('The other') });
    await observer.loads.until(loadedAs(2));
    expect(closed.count()).toBe(1);
  });
});

describe('a mounted ConfigMap', () => {
  /** What the kubelet does: files link through `..data`, whose target is replaced in one step. */
  async function publish(version: string, text: string): Promise<void> {
    await write({ [`..${version}/TargetDown.md`]: text });
    await symlink(`..${version}`, join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
  }

  it('is read once and followed when its `..data` is swapped', async () => {
    await publish('2026_11_22_1', runbook('About pumps and valves'));
    await symlink('..data/TargetDown.md', join(folder, 'TargetDown.md'));
    const library = await start();
    expect(library.count()).toBe(1);
    await publish('2026_11_22_2', runbook('About turbines and rotors'));
    await rm(join(folder, '..2026_11_22_1'), { recursive: true });
    await logged.until(() => library.search('turbines and rotors', 1).length > 0);
    expect(library.search('pumps and valves', 1)).toEqual([]);
    expect(library.search('TargetDown', 1)[0]?.runbook.path).toBe('TargetDown.md');
  });
});

describe('a folder that is not there', () => {
  it('is named with its variable, and its runbooks are loaded when it appears', async () => {
    const library = await start();
    expect(library.count()).toBe(0);
    expect(library.search('TargetDown', 3)).toEqual([]);
    expect(logged.all).toEqual([
      expect.stringMatching(/^error: RUNBOOKS_DIR: the folder .*team cannot be read: /),
    ]);
    await write({ 'TargetDown.md': runbook('No scrape') });
    await observer.loads.until(loadedAs(1));
  });

  it('ends the start when it is required', async () => {
    const library = new RunbookLibrary({ directory: folder, watch: false, required: true }, observer);
    await expect(library.onModuleInit()).rejects.toThrow('RUNBOOKS_DIR');
  });

  it('keeps the last runbooks in use when it vanishes, and is followed again when it comes back', async () => {
    await write({ 'TargetDown.md': runbook('No scrape') });
    const library = await start();
    await rename(folder, `${folder}-moved`);
    await logged.until((line) => line.startsWith('warn: RUNBOOKS_DIR') && line.includes('stay in use'));
    expect(library.search('TargetDown', 1)).toHaveLength(1);
    await write({ 'TargetDown.md': runbook('No scrape'), 'KubeJobFailed.md': runbook('A job failed') });
    await observer.loads.until(loadedAs(2));
    await write({ 'third.md': runbook('The third') });
    await observer.loads.until(loadedAs(3));
  });

  it('may be a file, which is no folder', async () => {
    await mkdir(dirname(folder), { recursive: true });
    await writeFile(folder, 'text');
    await start();
    expect(logged.all[0]).toContain('it is no folder');
  });
});

describe('what cannot be read', () => {
  it('is skipped with one sentence each, and the rest is loaded', async () => {
    await write({
      'good.md': runbook('The good one'),
      'yaml.md': '---\ntitle: [unclosed\n---\ntext',
      'latin.md': Buffer.from('caf\xe9', 'latin1'),
      'large.md': `# Large\n${'word '.repeat(300_000)}`,
      'not-markdown.txt': 'ignored',
      'empty.md': '',
    });
    await symlink('nowhere.md', join(folder, 'dangling.md'));
    await symlink('.', join(folder, 'loop'));
    await symlink('self.md', join(folder, 'self.md'));
    await mkdir(join(folder, 'folder.md'));
    const library = await start();
    expect(library.count()).toBe(1);
    expect(observer.loads.all[0]).toEqual([1, 6]);
    expect(logged.all.filter((line) => line.startsWith('warn')).sort()).toEqual([
      'warn: Runbook dangling.md is skipped: it, or what it links to, does not exist.',
      'warn: Runbook large.md is skipped: it is larger than 1 MiB.',
      'warn: Runbook latin.md is skipped: it is not UTF-8.',
      'warn: Runbook loop is skipped: it leads to a folder that was already read.',
      'warn: Runbook self.md is skipped: its symbolic links lead in a circle.',
      'warn: Runbook yaml.md is skipped: its front matter is not valid YAML.',
    ]);
  });

  it('is loaded as soon as it is repaired', async () => {
    await write({ 'one.md': '---\ntitle: [unclosed\n---\ntext' });
    await start();
    await write({ 'one.md': '---\ntitle: [closed]\n---\ntext' });
    await observer.loads.until(loadedAs(1, 0));
  });

  it('is not told of by every file system: the interval finds the change of a linked file elsewhere', async () => {
    const elsewhere = join(dirname(folder), 'elsewhere.md');
    await write({ 'good.md': runbook('The good one') });
    await writeFile(elsewhere, runbook('About pumps'));
    await symlink(elsewhere, join(folder, 'link.md'));
    const library = await start(byInterval);
    await writeFile(elsewhere, runbook('About turbines and rotors'));
    await logged.until(() => library.search('turbines and rotors', 1).length > 0);
  });
});

// Root may read everything, so there is nothing to see for it.
const describeAsUser = process.getuid?.() === 0 ? describe.skip : describe;

describeAsUser('a folder that this process may not enter', () => {
  it('is skipped, and the rest is loaded', async () => {
    await write({ 'good.md': runbook('The good one'), 'closed/secret.md': runbook('Unseen') });
    await chmod(join(folder, 'closed'), 0o000);
    await start();
    await chmod(join(folder, 'closed'), 0o700);
    expect(observer.loads.all[0]).toEqual([1, 1]);
    expect(logged.all).toContain('warn: Runbook closed is skipped: this process may not read it.');
  });
});
