import { Logger } from '@nestjs/common';
import { type Command, parsedArguments } from '../command';
import type { Terminal } from '../terminal/terminal';
import { checkModel } from './checks/model-check';
import { checkPorts } from './checks/ports-check';
import { checkRedis } from './checks/redis-check';
import { checkRunbooks } from './checks/runbooks-check';
import { checkSettings } from './checks/settings-check';
import { checkSlack } from './checks/slack-check';
import type { Check, Finding } from './finding';
import { asJson, asLine, summaryOf } from './report';

const help = `Usage: jamie doctor [options]

Checks everything that Jamie needs, with the settings it would start with: environment variables and .env in this folder.
Each line says ok, warning or wrong, and what to do about it.

  --json      print the findings as JSON
  -h, --help  this text

Exit codes: 0 nothing is wrong, 1 something is, 2 wrong usage.
`;

/** What may take long comes last. */
const checks: readonly (readonly [what: string, check: Check])[] = [
  ['looking at the ports', checkPorts],
  ['reading the runbooks', checkRunbooks],
  ['connecting to Redis', checkRedis],
  ['asking Slack', checkSlack],
  ['asking the model for one token; it may have to be loaded first', checkModel],
];

export const doctorCommand: Command = {
  help,
  async run(args, terminal, signal) {
    const { values } = parsedArguments({ args: [...args], options: { json: { type: 'boolean' } } });
    Logger.overrideLogger(false);
    const findings: Finding[] = [];
    for await (const finding of examine(terminal, signal)) {
      findings.push(finding);
      if (values.json !== true) terminal.print(asLine(finding, terminal.styled));
    }
    terminal.print(values.json === true ? asJson(findings) : summaryOf(findings));
    return findings.some(({ verdict }) => verdict === 'wrong') ? 1 : 0;
  },
};

async function* examine(terminal: Terminal, signal: AbortSignal): AsyncGenerator<Finding> {
  const { findings, config } = checkSettings(terminal.environment);
  yield* findings;
  for (const [what, check] of checks) {
    terminal.status(`${what} ...`);
    yield* check(config, signal);
  }
}
