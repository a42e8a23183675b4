import { sentenceOf } from '@jamie/core';
import { readCollection } from '@jamie/knowledge';
import type { Config } from '../../../config/config';
import { type Finding, findingsOf } from '../finding';

const { ok, warning, wrong } = findingsOf('runbooks');

/** Are there runbooks, and can all of them be read? */
export async function* checkRunbooks({ RUNBOOKS_DIR: folder }: Config): AsyncGenerator<Finding> {
  try {
    const { runbooks, skipped } = await readCollection(folder);
    for (const { path, reason } of skipped)
      yield warning(`${path} is skipped: ${reason}`, `repair the file, or take it out of ${folder}`);
    if (runbooks.length > 0) yield ok(`${runbooks.length} in ${folder}`);
    else
      yield wrong(
        `there is none in ${folder}`,
        'put Markdown files (*.md) there, or leave RUNBOOKS_DIR out to have the runbooks that Jamie ships',
      );
  } catch (thrown) {
    yield wrong(sentenceOf(thrown), 'set RUNBOOKS_DIR to a folder that Jamie may read');
  }
}
