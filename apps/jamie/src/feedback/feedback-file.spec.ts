import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FeedbackFile } from './feedback-file';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jamie-feedback-'));
  path = join(folder, 'feedback.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const linesOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);

describe('a feedback file', () => {
  it('can be read by its owner alone', async () => {
    await new FeedbackFile(path, 1000).append('one');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is closed to others when it was open to them', async () => {
    writeFileSync(path, 'zero\n');
    chmodSync(path, 0o644);
    await new FeedbackFile(path, 1000).append('one');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(linesOf(path)).toEqual(['zero', 'one']);
  });

  it('keeps the order of lines that come at once, and none is mixed with another', async () => {
    const file = new FeedbackFile(path, 1_000_000);
    const lines = Array.from({ length: 50 }, (_, at) => `${at}:${'x'.repeat(5000)}`);
    await Promise.all(lines.map((line) => file.append(line)));
    expect(linesOf(path)).toEqual(lines);
  });

  it('never takes more room than two files, and forgets the oldest lines first', async () => {
    const file = new FeedbackFile(path, 100);
    for (let at = 0; at < 100; at += 1) await file.append(`line ${at}`);
    expect(statSync(path).size).toBeLessThanOrEqual(100);
    expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(100);
    const kept = [...linesOf(`${path}.1`), ...linesOf(path)];
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, at) => `line ${100 - kept.length + at}`));
    expect(statSync(`${path}.1`).mode & 0o777).toBe(0o600);
  });

  it('takes a line that is larger than the file may be', async () => {
    const file = new FeedbackFile(path, 10);
    for (const line of ['a'.repeat(50), 'b'.repeat(50)]) await file.append(line);
    expect([linesOf(`${path}.1`), linesOf(path)]).toEqual([['a'.repeat(50)], ['b'.repeat(50)]]);
  });

  it('ends a line that a crash has torn', async () => {
    appendFileSync(path, 'whole\n{"half');
    await new FeedbackFile(path, 1000).append('next');
    expect(linesOf(path)).toEqual(['whole', '{"half', 'next']);
  });

  it('goes on in a new file when its file was moved away', async () => {
    const file = new FeedbackFile(path, 1000);
    await file.append('one');
    rmSync(path);
    await file.append('two');
    expect(linesOf(path)).toEqual(['two']);
  });

  it('says that the disk is full, or the folder gone', async () => {
    const gone = join(folder, 'gone');
    const file = new FeedbackFile(join(gone, 'feedback.jsonl'), 1000);
    await expect(file.append('one')).rejects.toThrow('ENOENT');
    expect(existsSync(gone)).toBe(false);
    const full = new FeedbackFile('/dev/full', 1000);
    await expect(full.append('one')).rejects.toThrow('ENOSPC');
    await expect(full.append('two')).rejects.toThrow('ENOSPC');
  });

  it('takes no more than it can hold while the disk is slow', async () => {
    const file = new FeedbackFile(path, 1_000_000);
    const written = await Promise.allSettled(Array.from({ length: 150 }, (_, at) => file.append(String(at))));
    expect(written.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
    await file.append('and goes on');
    await file.settled();
    expect(linesOf(path)).toHaveLength(101);
  });
});
