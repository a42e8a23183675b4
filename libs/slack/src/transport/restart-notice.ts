import type { RunningAsks, SlackObserver } from '@jamie/core';
import { ResponseUrl } from '../delivery/response-url';
import { type Json, textOf } from '../fields';
import { restarting } from '../words';

export interface NoticeParts {
  readonly apiUrl: string;
  readonly observer: SlackObserver;
  readonly runningAsks: RunningAsks;
}

/**
 * Where whoever typed this command, or chose this shortcut, can be told that it is not taken: Slack does not deliver
 * those again. Undefined for events, which it does, and for clicks.
 */
export function noticeAddress(body: Json): string | undefined {
  return body['type'] === 'block_actions' ? undefined : textOf(body, 'response_url');
}

/** Says that Jamie is being restarted, to the asker alone; the shutdown waits for it. */
export async function sendRestartNotice(address: string, parts: NoticeParts): Promise<void> {
  parts.observer.refused('shutting_down');
  const running = parts.runningAsks.begin(new AbortController());
  const message = { response_type: 'ephemeral', text: restarting };
  await new ResponseUrl(address, parts.apiUrl).show(message, true);
  running.ended();
}
