import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Delivery, sentenceOf } from '@jamie/core';
import { LRUCache } from 'lru-cache';
import { type ActiveSlackOptions, SLACK_OPTIONS } from '../slack-options';
import { type DoneEntry, type JournalEntry, type OpenEntry, journalEntry } from './journal-entry';

/** Slack repeats within a day: https://docs.slack.dev/apis/events-api#delayed_events */
export const rememberedMs = 24 * 3_600_000;
const maxDone = 10_000;
const compactAfterLines = 20_000;

/**
 * A file of the asks that are being answered, written before Slack is told that they arrived. After a kill the next
 * process finds in it what it owes an answer or an apology. Without a writable folder nothing outlives the process.
 */
@Injectable()
export class AskJournal {
  private readonly logger = new Logger('Slack');
  private readonly open = new Map<string, OpenEntry>();
  private readonly done = new LRUCache<string, DoneEntry>({ max: maxDone, ttl: rememberedMs });
  private readonly path: string;
  private writable = true;
  private linesWritten = 0;

  constructor(@Inject(SLACK_OPTIONS) options: ActiveSlackOptions) {
    // Two apps on one machine have two journals; the token itself stays out of the name.
    const app = createHash('sha256').update(options.botToken).digest('hex').slice(0, 12);
    this.path = join(options.stateDirectory, `slack-asks-${app}.jsonl`);
    this.guarded(() => {
      mkdirSync(options.stateDirectory, { recursive: true, mode: 0o700 });
      for (const entry of read(this.path)) this.take(entry);
      this.compact();
    });
  }

  /** What an earlier process began and did not finish, oldest first. */
  unfinished(): readonly OpenEntry[] {
    return [...this.open.values()];
  }

  /** Of asks that were finished, in this process or an earlier one. */
  finishedKeys(): readonly string[] {
    return [...this.done.values()].flatMap(({ keys }) => keys);
  }

  /** Of deliveries that ask nothing, nothing is kept. */
  opened({ ask, keys }: Delivery): void {
    if (ask !== undefined) this.write({ open: ask, keys, atMs: Date.now() });
  }

  finished(askId: string): void {
    this.close(askId, this.open.get(askId)?.keys ?? []);
  }

  /** The work died and may be done again: its keys are free. */
  givenUp(askId: string): void {
    this.close(askId, []);
  }

  private close(askId: string, keys: readonly string[]): void {
    if (this.open.has(askId)) this.write({ done: askId, keys: [...keys], atMs: Date.now() });
  }

  private write(entry: JournalEntry): void {
    this.take(entry);
    this.guarded(() => {
      appendFileSync(this.path, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
      this.linesWritten += 1;
      if (this.linesWritten > compactAfterLines) this.compact();
    });
  }

  private take(entry: JournalEntry): void {
    if ('open' in entry) {
      this.open.set(entry.open.id, entry);
      return;
    }
    this.open.delete(entry.done);
    const ageMs = Date.now() - entry.atMs;
    if (ageMs < rememberedMs) this.done.set(entry.done, entry, { ttl: rememberedMs - ageMs });
  }

  private compact(): void {
    const entries = [...this.done.values(), ...this.open.values()];
    const draft = `${this.path}.new`;
    writeFileSync(draft, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 });
    renameSync(draft, this.path);
    this.linesWritten = 0;
  }

  private guarded(use: () => void): void {
    if (!this.writable) return;
    try {
      use();
    } catch (thrown) {
      this.writable = false;
      this.logger.warn(
        `STATE_DIR cannot be used, so asks that are running when Jamie is killed will be forgotten: ${sentenceOf(thrown)}`,
      );
    }
  }
}

function read(path: string): JournalEntry[] {
  return text(path)
    .split('\n')
    .flatMap((line) => {
      const parsed = journalEntry.safeParse(parse(line));
      return parsed.success ? [parsed.data] : [];
    });
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Undefined for a line that a kill cut off. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
