import { blocksOf } from '../rendering/markdown-blocks';

const continues = '*(This continues below.)*';

/**
 * What of the text stays in a message that Slack ended in the middle: whole lines, and no code or table that is not
 * complete in it. `consumed`: how much of the text that is.
 */
export function headOf(text: string, shown: string): { readonly shown: string; readonly consumed: number } {
  const whole = blocksOf(text).filter(
    ({ end, closed, kind }) => end <= shown.length && (closed || kind === 'text'),
  );
  const consumed = whole.at(-1)?.end ?? 0;
  if (consumed > 0) return { shown: text.slice(0, consumed), consumed };
  const inLine = blocksOf(text)[0]?.kind === 'text';
  return inLine ? { shown, consumed: shown.length } : { shown: continues, consumed: 0 };
}
