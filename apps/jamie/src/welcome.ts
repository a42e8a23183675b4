import { type DependencyStatus, RunbookSearch } from '@jamie/core';
import { LanguageModel } from '@jamie/core';
import type { Config } from './config/config';
import type { Jamie } from './jamie';

const checkTimeoutMs = 2000;

/** What a person who has just started Jamie wants to know: where it listens, which model it found, what to try. */
export async function welcome(jamie: Jamie, config: Config): Promise<string> {
  const model = await jamie.app.get(LanguageModel).check(AbortSignal.timeout(checkTimeoutMs));
  return welcomeText({
    url: `http://localhost:${jamie.port}`,
    metricsUrl: `http://localhost:${jamie.metricsPort}/metrics`,
    runbooks: jamie.app.get(RunbookSearch).count(),
    model,
    version: config.version,
    page: config.WEB_UI,
    needsKey: config.API_KEYS.length > 0,
  });
}

interface WelcomeFacts {
  readonly url: string;
  readonly metricsUrl: string;
  readonly runbooks: number;
  readonly model: DependencyStatus;
  readonly version: string;
  readonly page: boolean;
  readonly needsKey: boolean;
}

function welcomeText(facts: WelcomeFacts): string {
  const key = facts.needsKey ? ` -H 'authorization: Bearer YOUR_KEY'` : '';
  return `
Jamie ${facts.version} is listening.

${facts.page ? `  Page     ${facts.url}/\n` : ''}  Ask      ${facts.url}/chat
  Metrics  ${facts.metricsUrl}
  Model    ${facts.model.detail}
  Runbooks ${facts.runbooks}

Try it, in another terminal:

  curl -s ${facts.url}/chat${key} -H 'content-type: application/json' -d '{"message": "KubePodCrashLooping is firing, what do I do?"}'

Ctrl-C stops it.
`;
}
