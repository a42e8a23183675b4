import type { AllMiddlewareArgs, AnyMiddlewareArgs } from '@slack/bolt';
import { textOf } from '../fields';
import { commandReceived, help } from '../words';

/**
 * Tells Slack that a command, a click or a shortcut has arrived, before anything else is done: it waits three seconds.
 * Events are acknowledged by Bolt itself.
 */
export async function acknowledge(given: AnyMiddlewareArgs & AllMiddlewareArgs): Promise<void> {
  const ack: unknown = 'ack' in given ? given.ack : undefined;
  if (typeof ack === 'function') await Reflect.apply(ack, undefined, [answerTo(given.body)]);
  await given.next();
}

/** A command is answered at once, for its asker alone. */
function answerTo(body: unknown): object | undefined {
  if (textOf(body, 'command') === undefined) return undefined;
  const asksForHelp = /^(help)?$/i.test((textOf(body, 'text') ?? '').trim());
  return { response_type: 'ephemeral', text: asksForHelp ? asMrkdwn(help) : commandReceived };
}

function asMrkdwn(markdown: string): string {
  return markdown.replace(/(?<!\*)\*([^*\n]+)\*(?!\*)/g, '_$1_');
}
