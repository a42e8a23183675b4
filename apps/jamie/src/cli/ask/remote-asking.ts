import { CommandError } from '../command';
import { type RemoteJamie, refusalOf, send } from '../remote-jamie';
import type { Ask, AskEvent, Asking } from './asking';
import { readServerSentEvents } from './event-reader';

/** Asks a Jamie that runs, over its REST interface. */
export function remoteAsking(jamie: RemoteJamie): Asking {
  return (ask, signal) => askRemotely(jamie, ask, signal);
}

async function* askRemotely(jamie: RemoteJamie, ask: Ask, signal: AbortSignal): AsyncGenerator<AskEvent> {
  const sent = { path: '/chat', accept: 'text/event-stream', body: ask };
  // The schemas are read from disk while the question is on its way.
  const [answer, { answerEventOf }] = await Promise.all([
    send(jamie, sent, signal),
    import('./answer-events.js'),
  ]);
  const isStream = answer.headers['content-type']?.startsWith('text/event-stream') ?? false;
  if (answer.statusCode !== 200 || !isStream) throw await refusalOf(answer, jamie);
  let finished = false;
  for await (const event of readServerSentEvents(untilBroken(answer))) {
    const known = answerEventOf(event);
    if (known !== undefined) yield known;
    finished ||= known?.type === 'finish';
  }
  if (!finished) throw brokeOff();
}

async function* untilBroken(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch {
    throw brokeOff();
  }
}

function brokeOff(): CommandError {
  return new CommandError(
    'The answer broke off before its end: the connection to Jamie was lost. Ask again.',
  );
}
