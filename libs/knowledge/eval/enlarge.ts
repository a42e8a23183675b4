import type { Runbook, RunbookSection } from '@jamie/core';
import { partsOf } from '../src/text/words';

/**
 * The collection, filled up to a size with made runbooks: each has sections of real ones in a new combination, under a
 * name put together from parts of real names. The same every time.
 */
export function enlarge(runbooks: readonly Runbook[], size: number): readonly Runbook[] {
  const next = sequence();
  const parts = [...new Set(runbooks.flatMap(({ alerts }) => alerts.flatMap(partsOf)))];
  const sections = runbooks.flatMap((runbook) => runbook.sections);
  const pick = <Item>(items: readonly Item[]): Item[] => items.slice(next(items.length)).slice(0, 1);
  const made = Array.from({ length: Math.max(0, size - runbooks.length) }, (_, number): Runbook => {
    const name = `${[parts, parts, parts].flatMap(pick).join('')}${number}`;
    const body: RunbookSection[] = [sections, sections, sections, sections, sections].flatMap(pick);
    return { title: name, path: `made/${name}.md`, alerts: [name], services: [], sections: body };
  });
  return [...runbooks, ...made];
}

/** Numbers below a limit that look random (Park and Miller 1988, "minimal standard"). */
function sequence(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}
