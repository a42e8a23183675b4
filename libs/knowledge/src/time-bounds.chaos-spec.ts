import { describeTimeBounds } from '@jamie/testing';
import { BrokenRunbookError } from './folder/broken-runbook';
import { parseRunbook } from './markdown/parse-runbook';

function parse(text: string): void {
  try {
    parseRunbook('hostile.md', text);
  } catch (thrown) {
    if (!(thrown instanceof BrokenRunbookError)) throw thrown;
  }
}

describeTimeBounds({
  'a runbook': parse,
  'a heading': (text) => parse(`## ${text.replaceAll('\n', ' ')}\nx`),
});
