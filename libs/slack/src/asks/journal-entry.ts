import { z } from 'zod';

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

const openEntry = z.object({ open: rememberedAsk, keys: z.array(z.string()), atMs: z.number() });
const doneEntry = z.object({ done: z.string(), keys: z.array(z.string()), atMs: z.number() });
export const journalEntry = z.union([openEntry, doneEntry]);

export type RememberedAsk = z.infer<typeof rememberedAsk>;
export type OpenEntry = z.infer<typeof openEntry>;
export type DoneEntry = z.infer<typeof doneEntry>;
export type JournalEntry = z.infer<typeof journalEntry>;
