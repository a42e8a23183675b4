import { HttpService } from '@nestjs/axios';
import { ChatExchange } from './chat-exchange';
import { ChatRequests } from './chat-requests';
import { OllamaConnection } from './connection';
import { judge } from './failures';
import { type LoadedModel, type ShownModel, loadedModelOf, shownModelOf } from './model-report';
import { type OllamaOptions, type OllamaSettings, settingsOf } from './ollama-options';
import { includesModel, modelsOf, silence, versionOf } from './server-report';
import { TroubleError, troubleOf } from './trouble';

/** What an examination finds, in this order; `failed` is the last one. */
export type ModelFact =
  | { readonly kind: 'reached'; readonly url: string; readonly version: string }
  | ({ readonly kind: 'found' } & ShownModel)
  | { readonly kind: 'answered'; readonly seconds: number }
  | ({ readonly kind: 'loaded' } & LoadedModel)
  | { readonly kind: 'failed'; readonly sentence: string };

/**
 * Examines server and model once, without the application around them: is it reached, is the model there, does it
 * answer. Asks as the application asks, so that nothing has to be loaded anew. Throws only the signal's reason.
 */
export async function* examineModel(
  options: OllamaOptions,
  signal: AbortSignal,
): AsyncGenerator<ModelFact, void> {
  const settings = settingsOf(options);
  const connection = new OllamaConnection(new HttpService(), settings);
  const about = { url: settings.baseUrl.root, model: settings.model };
  try {
    yield* findings(connection, settings, signal);
  } catch (thrown) {
    signal.throwIfAborted();
    const sentence =
      thrown instanceof SilenceError
        ? silence(about.url, settings.controlTimeoutMs)
        : judge(troubleOf(thrown, false), about).error.message;
    yield { kind: 'failed', sentence };
  } finally {
    connection.onApplicationShutdown();
  }
}

/** Throws TroubleError and SilenceError. */
async function* findings(
  connection: OllamaConnection,
  settings: OllamaSettings,
  signal: AbortSignal,
): AsyncGenerator<ModelFact, void> {
  const { model, baseUrl } = settings;
  const ask = (path: string, body?: object): Promise<unknown> =>
    answerInTime((limited) => connection.ask(path, limited, body), settings, signal);
  const version = versionOf(await ask('/api/version'));
  const installed = modelsOf(await ask('/api/tags'));
  if (version === undefined || installed === undefined) throw new TroubleError({ kind: 'garbage' });
  yield { kind: 'reached', url: baseUrl.root, version };
  if (!includesModel(installed, model)) {
    const { error } = judge({ kind: 'model-missing' }, { url: baseUrl.root, model, installed });
    yield { kind: 'failed', sentence: error.message };
    return;
  }
  yield { kind: 'found', ...shownModelOf(await ask('/api/show', { model })) };
  yield { kind: 'answered', seconds: await answerOnce(connection, settings, signal) };
  // Servers and gateways without this route still serve chats.
  const loaded = loadedModelOf(await ask('/api/ps').catch(() => undefined), model);
  if (loaded !== undefined) yield { kind: 'loaded', ...loaded };
}

class SilenceError extends Error {}

async function answerInTime(
  ask: (signal: AbortSignal) => Promise<unknown>,
  { controlTimeoutMs }: OllamaSettings,
  signal: AbortSignal,
): Promise<unknown> {
  const deadline = AbortSignal.timeout(controlTimeoutMs);
  try {
    return await ask(AbortSignal.any([signal, deadline]));
  } catch (thrown) {
    throw deadline.aborted ? new SilenceError() : thrown;
  }
}

/** Seconds until the model had answered with one token. Throws TroubleError. */
async function answerOnce(
  connection: OllamaConnection,
  settings: OllamaSettings,
  signal: AbortSignal,
): Promise<number> {
  const { firstTokenTimeoutMs: firstTokenMs, idleTimeoutMs: idleMs, maxLineBytes } = settings;
  const totalMs = firstTokenMs + idleMs;
  const startedAt = performance.now();
  const exchange = ChatExchange.start(
    connection,
    {
      body: new ChatRequests(settings).probe(),
      limits: { firstTokenMs, idleMs, totalMs, totalEndsAt: startedAt + totalMs },
      maxLineBytes,
      emptyIsFine: true,
    },
    { firstToken: () => undefined, ended: () => undefined },
  );
  const leave = (): void => exchange.leave();
  signal.addEventListener('abort', leave, { once: true });
  const outcome = await exchange.ended().finally(() => signal.removeEventListener('abort', leave));
  signal.throwIfAborted();
  if (outcome.kind === 'failed') throw new TroubleError(outcome.trouble);
  return (performance.now() - startedAt) / 1000;
}
