import { z } from 'zod';
import type { Config } from '../../../config/config';
import { ListenError, type PortName, assertFree } from '../../../http/listen';
import { type Finding, findingsOf } from '../finding';

const { ok, wrong } = findingsOf('ports');
const answerTimeoutMs = 2000;
const health = z.object({ info: z.object({ process: z.object({ version: z.string() }) }) });

/** Are both ports free, or does Jamie hold them already? */
export async function* checkPorts(config: Config, signal: AbortSignal): AsyncGenerator<Finding> {
  for (const variable of ['PORT', 'METRICS_PORT'] as const) yield await checkPort(variable, config, signal);
}

async function checkPort(variable: PortName, config: Config, signal: AbortSignal): Promise<Finding> {
  const { [variable]: port, HOST: host } = config;
  if (port === 0) return ok(`${variable}=0: any free port is taken`);
  try {
    await assertFree(variable, port, host);
    return ok(`${variable}=${port} is free`);
  } catch (thrown) {
    if (!(thrown instanceof ListenError)) throw thrown;
    const running = await versionAt(port, host, signal);
    if (running !== undefined)
      return ok(`${variable}=${port} is held by a Jamie ${running} that runs already`);
    return wrong(thrown.message);
  }
}

/** The version of the Jamie that answers there; undefined when none does. */
async function versionAt(port: number, host: string, signal: AbortSignal): Promise<string | undefined> {
  const everywhere = host === '0.0.0.0' || host === '::';
  const reached = everywhere ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]);
    const response = await fetch(`http://${reached}:${port}/health`, { signal: limited });
    return health.safeParse(await response.json()).data?.info.process.version;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}
