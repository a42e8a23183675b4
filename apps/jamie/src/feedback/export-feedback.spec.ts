import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportFeedback } from './export-feedback';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jamie-export-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const line = (id: string, verdict: string): string =>
  `${JSON.stringify({
    at: '2026-01-01T00:00:00.000Z',
    answer_id: id,
    verdict,
    surface: 'slack',
    question: `question ${id}`,
    earlier_turns: 0,
    answer: 'Do [1].',
    answered_by: 'model',
    degraded: false,
    sources: [{ title: 'etcdNoLeader', path: 'etcd/etcdNoLeader.md', heading: 'Diagnosis' }],
    model: 'bruno-sre',
    prompt_version: '00000000',
    version: '0.1.0',
  })}\n`;

describe('exporting feedback', () => {
  it('reads the full file before the one that is written now', async () => {
    const path = join(folder, 'feedback.jsonl');
    writeFileSync(`${path}.1`, line('a', 'good') + line('b', 'good'));
    writeFileSync(path, `${line('b', 'bad')}{"torn`);
    const { json, note } = await exportFeedback(path, 'questions');
    expect(JSON.parse(json)).toEqual([{ question: 'question a', expect: ['etcdNoLeader'] }]);
    expect(note).toBe(
      'Questions from good answers: 1; bad answers to review: 1. Left out: follow-ups 0, good answers without sources 0, unreadable lines 1.',
    );
    expect(JSON.parse((await exportFeedback(path, 'review')).json)).toMatchObject([
      { question: 'question b' },
    ]);
  });

  it('names a file that is not there', async () => {
    await expect(exportFeedback(join(folder, 'nothing'), 'questions')).rejects.toThrow(/ENOENT.*nothing/);
  });
});
