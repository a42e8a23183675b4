import { withoutControls } from '../terminal/controls';
import type { Finding, Verdict } from './finding';

const colours: Readonly<Record<Verdict, string>> = {
  ok: '\u001b[32m',
  warning: '\u001b[33m',
  wrong: '\u001b[31m',
};
const reset = '\u001b[0m';
const indent = ' '.repeat('warning  settings  '.length);

/** One finding for people; what to do stands below it. */
export function asLine({ check, verdict, text, fix }: Finding, styled: boolean): string {
  const word = verdict.padEnd('warning'.length);
  const shown = styled ? `${colours[verdict]}${word}${reset}` : word;
  const remedy = fix === undefined ? '' : `${indent}Fix: ${withoutControls(fix)}.\n`;
  return `${shown}  ${check.padEnd('settings'.length)}  ${withoutControls(text).replace(/\.$/, '')}.\n${remedy}`;
}

export function summaryOf(findings: readonly Finding[]): string {
  const count = (wanted: Verdict): number => findings.filter(({ verdict }) => verdict === wanted).length;
  const [wrong, warnings] = [count('wrong'), count('warning')];
  const said = wrong === 0 ? 'Nothing is wrong' : `${wrong} ${wrong === 1 ? 'thing is' : 'things are'} wrong`;
  const beside = warnings === 0 ? '' : `, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
  return `\n${said}${beside}.\n`;
}

export function asJson(findings: readonly Finding[]): string {
  const ok = findings.every(({ verdict }) => verdict !== 'wrong');
  return `${JSON.stringify({ ok, findings }, undefined, 2)}\n`;
}
