import { type OllamaStandIn, Random, type SlackStandIn } from '@jamie/testing';
import type { ChaosJamie } from './chaos-jamie';
import type { Fate } from './ledger';

export const patienceMs = 60_000;
const channels = ['ops', 'general', 'private', 'guest'];

export interface Stage {
  readonly jamie: ChaosJamie;
  readonly ollama: OllamaStandIn;
  readonly slack: SlackStandIn;
  readonly random: Random;
}

export async function askOverRest(url: string, message: string): Promise<{ fate: Fate; byModel: boolean }> {
  try {
    const response = await fetch(`${url}/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ message }),
      signal: AbortSignal.timeout(patienceMs),
    });
    const body: { answered_by?: string; message?: string } = JSON.parse(await response.text());
    const byModel = body.answered_by === 'model';
    if (response.ok) return { fate: 'answered', byModel };
    return { fate: typeof body.message === 'string' ? 'apologised' : 'lost', byModel };
  } catch {
    return { fate: 'lost', byModel: false };
  }
}

/**
 * Asks over both surfaces at once, and tells what became of each once nothing happens any more. `whenTaken` is called when
 * Jamie has taken what was said in Slack.
 */
export async function traffic(
  { jamie, slack, random }: Stage,
  each: number,
  whenTaken: () => unknown = () => undefined,
): Promise<readonly Fate[]> {
  const said = Array.from({ length: each }, (_, at) => {
    const channel = random.pick(channels) ?? 'ops';
    return slack.as('engineer').mention(channel, `question ${at}: KubePodCrashLooping?`);
  });
  const rest = Array.from({ length: each }, (_, at) =>
    askOverRest(jamie.url, at % 2 === 0 ? 'KubePodCrashLooping?' : `xyzzy plugh ${at}`),
  );
  await Promise.all(said.map(({ delivered }) => delivered));
  await whenTaken();
  const fates = (await Promise.all(rest)).map(({ fate }) => fate);
  for (const one of said) {
    await slack.waitForAnswer(one, { timeoutMs: patienceMs }).catch(() => undefined);
  }
  await slack.settled();
  return [...fates, ...said.map((one) => fateOf(slack, one))];
}

function fateOf(slack: SlackStandIn, said: Parameters<SlackStandIn['waitForAnswer']>[0]): Fate {
  const answers = slack.transcript.answersTo(said.ask);
  if (answers.length === 0) return 'lost';
  if (answers.length > 1) return 'doubled';
  const [answer] = answers;
  if (answer?.stream === 'in_progress' || answer?.stream === 'expired') return 'lost';
  return /Neither the model nor/u.test(answer?.text ?? '') ? 'apologised' : 'answered';
}

/** Asks until the model answers again: how long that took. */
export async function recovery(jamie: ChaosJamie): Promise<number> {
  const since = performance.now();
  for (;;) {
    const { byModel } = await askOverRest(jamie.url, 'KubePodCrashLooping?');
    const tookMs = performance.now() - since;
    if (byModel) return Math.round(tookMs);
    if (tookMs > patienceMs) throw new Error(`The model was not asked again within ${patienceMs} ms.`);
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}

/** Looks at health and metrics all the while. */
export async function probing<T>(
  jamie: ChaosJamie,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly slowestProbeMs: number }> {
  const over = new AbortController();
  let slowestProbeMs = 0;
  const watch = async (address: string): Promise<void> => {
    while (!over.signal.aborted) {
      const since = performance.now();
      const response = await fetch(address);
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${address} answered ${response.status}.`);
      slowestProbeMs = Math.max(slowestProbeMs, Math.round(performance.now() - since));
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
  };
  const watches = [watch(`${jamie.metricsUrl}/metrics`), watch(`${jamie.url}/health`)];
  const working = work().finally(() => {
    over.abort();
  });
  const [result] = await Promise.all([working, ...watches]);
  return { result, slowestProbeMs };
}
