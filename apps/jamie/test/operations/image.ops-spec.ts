import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JamieProcess } from './support/jamie-process';
import { at, read } from './support/repository';

// Child processes on a busy machine.
jest.setTimeout(240_000);

const dockerfile = read('Dockerfile');
const stages = dockerfile.split(/^(?=FROM )/m).slice(1);
const final = stages.at(-1) ?? '';
/** Only root can start a process as somebody else. */
const nonroot = process.getuid?.() === 0 ? 65532 : undefined;

/** Sources of the COPY lines of one stage below its working folder; `from`: what another stage has made. */
const copied = (stage: string, from: boolean): string[] =>
  [...stage.matchAll(/^COPY (--from=\w+ )?(?:--chown=\S+ )?(.+) (?!\/)\S+$/gm)]
    .filter(([, other]) => (other !== undefined) === from)
    .flatMap(([, , sources = '']) => sources.split(' ').map((source) => source.replace('/src/', '')));

/** An empty folder filled as the image's /app is: by the Dockerfile's own list, with a production install. */
function fillFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'image-'));
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    copyFileSync(at(name), join(folder, name));
  const install = /npm ci (.+?) &&/.exec(stages[1] ?? '')?.[1] ?? '';
  execFileSync('npm', ['ci', ...install.split(' '), '--prefer-offline', '--no-audit'], {
    cwd: folder,
    stdio: 'pipe',
  });
  for (const name of ['package-lock.json', '.npmrc']) rmSync(join(folder, name));
  const others = [...copied(final, true), ...copied(final, false)].filter(
    (name) => !existsSync(join(folder, name)),
  );
  for (const name of others) cpSync(at(name), join(folder, name), { recursive: true });
  chmodSync(folder, 0o555);
  return folder;
}

describe('the Dockerfile', () => {
  test('ends in a small image without a shell, run by nobody in particular', () => {
    expect(final).toMatch(/^FROM gcr\.io\/distroless\/nodejs24-debian12:nonroot$/m);
    expect(final).not.toMatch(/^(RUN|USER|ENTRYPOINT) /m);
    expect(final).toContain('CMD ["--max-semi-space-size=4", "dist/apps/jamie/src/main.js"]');
    for (const label of ['title', 'description', 'licenses', 'version', 'revision']) {
      expect(final).toContain(`org.opencontainers.image.${label}=`);
    }
  });

  test('builds and runs on the same major version of Node', () => {
    expect([...dockerfile.matchAll(/^FROM \S*?node(?:js|:)(\d+)/gm)].map(([, major]) => major)).toEqual([
      '24',
      '24',
      '24',
    ]);
  });

  test('copies only what exists and what .dockerignore lets in', () => {
    const sources = stages.flatMap((stage) => copied(stage, false));
    const letIn = read('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(sources.filter((source) => !existsSync(at(source)))).toEqual([]);
    expect(sources.filter((source) => !letIn.includes(`!${source}`))).toEqual([]);
  });
});

describe('the files of the image, owned by root, run by an unprivileged user', () => {
  let folder: string;

  beforeAll(() => {
    folder = fillFolder();
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  const start = (environment: Readonly<Record<string, string>> = {}): Promise<JamieProcess> =>
    JamieProcess.start({
      folder,
      ...(nonroot !== undefined && { userId: nonroot }),
      environment: { OLLAMA_URL: 'http://127.0.0.1:1', ...environment },
    });

  test('are all there is', () => {
    expect(readdirSync(folder).toSorted()).toEqual([
      'apps',
      'dist',
      'node_modules',
      'package.json',
      'runbooks',
    ]);
    const installed = readdirSync(join(folder, 'node_modules'));
    expect(
      installed.filter((name) => /^(typescript|jest|oxlint|echarts|kubernetes-models|@swc)$/.test(name)),
    ).toEqual([]);
  });

  test('answer from the runbooks, write nothing, and end in order on SIGTERM', async () => {
    const jamie = await start();
    const response = await fetch(`${jamie.url}/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message: 'KubePodCrashLooping is firing, what do I do?' }),
    });
    expect(await response.json()).toMatchObject({ answered_by: 'runbooks', degraded: true });
    expect(
      spawnSync('find', [folder, '-user', String(nonroot ?? 'nobody')], {
        encoding: 'utf8',
      }).stdout,
    ).toBe('');
    expect(await jamie.stop('SIGTERM')).toBe(0);
    expect(jamie.said()).not.toMatch(/EACCES|EROFS|EPERM|Error:/);
  });

  test("say by the image's own health check whether Jamie lives", async () => {
    const [, script = ''] =
      /HEALTHCHECK [^\n]*\n\s*CMD \["\/nodejs\/bin\/node", "-e", "(.+)"\]/.exec(final) ?? [];
    const jamie = await start();
    const check = (): Promise<number> =>
      new Promise((resolve) => {
        const { status } = spawnSync(process.execPath, ['-e', script], { env: { PORT: String(jamie.port) } });
        resolve(status ?? -1);
      });
    expect(await check()).toBe(0);
    await jamie.stop();
    expect(await check()).toBe(1);
  });
});
