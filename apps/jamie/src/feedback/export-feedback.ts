import { readFile } from 'node:fs/promises';
import { evaluationSet } from './evaluation-set';

export interface ExportedFeedback {
  /** A list in the form of `libs/knowledge/eval`. */
  readonly json: string;
  /** What is in the list and what is not, in words. */
  readonly note: string;
}

/**
 * Reads FEEDBACK_FILE and the full one before it. `questions`: from good answers, to measure the search with;
 * `review`: from bad ones, for a person. Throws what the file system throws when there is neither file.
 */
export async function exportFeedback(path: string, what: 'questions' | 'review'): Promise<ExportedFeedback> {
  const older = await readFile(`${path}.1`, 'utf8').catch(() => '');
  const newer = await readFile(path, 'utf8').catch((thrown: unknown) => {
    if (older === '') throw thrown;
    return '';
  });
  const { questions, toReview, leftOut } = evaluationSet(`${older}\n${newer}`.split('\n'));
  const { followUps, withoutSources, unreadable } = leftOut;
  return {
    json: `${JSON.stringify(what === 'questions' ? questions : toReview, undefined, 2)}\n`,
    note:
      `Questions from good answers: ${questions.length}; bad answers to review: ${toReview.length}. Left out: ` +
      `follow-ups ${followUps}, good answers without sources ${withoutSources}, unreadable lines ${unreadable}.`,
  };
}
