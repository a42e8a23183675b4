import type { LinkPolicy } from './link-policy';
import { fenceLine } from './markdown-blocks';
import { inCode, neutraliseInline } from './neutralise-inline';

const mayBecomeFence = /^[\s>]*(?:(?:[-*+]|\d+[.)]?)[\s>]*)?(?:[`~].*)?$/;
// Not for people to see: they reorder or hide what stands around them.
// oxlint-disable-next-line no-control-regex -- these are the characters to remove
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g;

interface OpenFence {
  readonly character: string;
  readonly length: number;
}

/**
 * Makes a model's or a runbook's Markdown harmless in Slack: it pings nobody, shows no image, and links only where the
 * policy allows it. The result of a beginning is always a beginning of the result of the whole, so it can be streamed.
 */
export function neutralise(markdown: string, links: LinkPolicy): string {
  return neutralised(markdown, links, true);
}

/** Of a text that is still being written: only what no later text can change. */
export function neutraliseSoFar(markdown: string, links: LinkPolicy): string {
  return neutralised(markdown, links, false);
}

function neutralised(markdown: string, links: LinkPolicy, final: boolean): string {
  const lines = markdown.replace(invisible, '').split('\n');
  const last = lines.pop() ?? '';
  const out: string[] = [];
  let open: OpenFence | undefined;
  for (const line of lines) {
    const [shown, next] = wholeLine(line, open, links);
    out.push(shown, '\n');
    open = next;
  }
  out.push(final ? wholeLine(last, open, links)[0] : unfinishedLine(last, open, links));
  return out.join('');
}

function wholeLine(
  line: string,
  open: OpenFence | undefined,
  links: LinkPolicy,
): readonly [shown: string, open: OpenFence | undefined] {
  const parts = fenceLine.exec(line);
  const [, before = '', marks = '', info = ''] = parts ?? [];
  if (open === undefined) {
    if (parts === null) return [neutraliseInline(line, links, true).text, undefined];
    const language = /^[\w+#-]{0,20}/.exec(info.trim())?.[0] ?? '';
    return [
      `${before}${asBackticks(marks)}${language}`,
      { character: marks[0] ?? '`', length: marks.length },
    ];
  }
  const closes =
    parts !== null && marks[0] === open.character && marks.length >= open.length && info.trim() === '';
  return closes ? [`${before}${asBackticks(marks)}`, undefined] : [inCode(line), open];
}

/** Slack knows only backticks. One more than the usual three, so that three inside do not end it. */
function asBackticks(marks: string): string {
  return marks.startsWith('~') ? '`'.repeat(marks.length + 1) : marks;
}

function unfinishedLine(line: string, open: OpenFence | undefined, links: LinkPolicy): string {
  if (mayBecomeFence.test(line)) return '';
  if (open === undefined) return neutraliseInline(line, links, false).text;
  // The longest thing that is looked for in code is shorter than this.
  const held = Math.max(line.length - 24, 0);
  const cut = line.slice(held).search(/[<@&]/);
  return inCode(cut === -1 ? line : line.slice(0, held + cut));
}
