import type { ClaimedAsk } from '@jamie/core';
import { z } from 'zod';
import type { Ask } from './ask';

/** What is kept of an ask: where it was asked and where its answer goes, never what was said. */
const rememberedAsk = z.object({
  kind: z.enum(['mention', 'command', 'direct', 'shortcut']),
  id: z.string(),
  teamId: z.string(),
  userId: z.string(),
  channelId: z.string(),
  ts: z.string().optional(),
  threadTs: z.string().optional(),
  inThread: z.boolean(),
  unaddressed: z.boolean(),
  direct: z.boolean(),
  responseUrl: z.string().optional(),
});

const openAsk = z.object({
  id: z.string(),
  thread: z.string().exactOptional(),
  order: z.string(),
  record: z.string(),
});
const openEntry = z.object({ open: openAsk, keys: z.array(z.string()), atMs: z.number() });
const doneEntry = z.object({ done: z.string(), keys: z.array(z.string()), atMs: z.number() });
export const journalEntry = z.union([openEntry, doneEntry]);

export type RememberedAsk = z.infer<typeof rememberedAsk>;
export type DoneEntry = z.infer<typeof doneEntry>;

export interface OpenEntry {
  readonly open: ClaimedAsk;
  readonly keys: readonly string[];
  readonly atMs: number;
}

export type JournalEntry = OpenEntry | DoneEntry;

/** What claims and journals keep of an ask. */
export function claimedAsk(ask: Ask): ClaimedAsk {
  const { text: _text, context: _context, authorTeamId: _team, sharedChannel: _shared, ...kept } = ask;
  const { id, channelId, threadTs, ts } = ask;
  return {
    id,
    ...(threadTs === undefined ? {} : { thread: `${channelId}:${threadTs}` }),
    order: ts ?? '',
    record: JSON.stringify(kept),
  };
}

/** Undefined when another version wrote it in a way that this one cannot read. */
export function rememberedFrom({ record }: ClaimedAsk): RememberedAsk | undefined {
  try {
    return rememberedAsk.parse(JSON.parse(record));
  } catch {
    return undefined;
  }
}
