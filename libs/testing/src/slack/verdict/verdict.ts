import type { Platform } from '../platform';
import type { ProbeResult } from '../probes';
import { judgeAnswers } from './answers';
import { judgeCalls } from './calls';
import { judgeDeliveries, judgeProbes } from './deliveries';
import { boundsFrom, type Finding, type VerdictOptions } from './finding';
import { judgeLeftovers } from './leftovers';
import { judgeTexts } from './texts';

/** Everything that is wrong in what happened so far; empty when all is well. */
export function judge(
  slack: Platform,
  probes: readonly ProbeResult[],
  options: VerdictOptions = {},
): readonly Finding[] {
  const bounds = boundsFrom(options);
  const findings = [
    ...judgeAnswers(slack, bounds),
    ...judgeLeftovers(slack, bounds),
    ...judgeTexts(slack),
    ...judgeCalls(slack),
    ...judgeDeliveries(slack, bounds),
    ...judgeProbes(slack, probes),
  ];
  return findings.filter(({ id }) => !(options.ignore ?? []).some((ignored) => matches(id, ignored)));
}

function matches(id: string, ignored: string): boolean {
  return ignored.endsWith('.*') ? id.startsWith(ignored.slice(0, -1)) : id === ignored;
}
