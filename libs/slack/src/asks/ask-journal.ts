import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { type Delivery, sentenceOf } from '@jamie/core';
import { type ActiveSlackOptions, SLACK_OPTIONS } from '../slack-options';
import { type DoneEntry, type JournalEntry, type OpenEntry, journalEntry } from './journal-entry';

/** Slack repeats within a day: https://docs.slack.dev/apis/events-api#delayed_events */
const rememberedMs = 24 * 3_600_000;
const rememberedAsks = 10_000;
// Two for each ask.
const linesOfOneFile = 2 * rememberedAsks;

/**
 * A file of the asks that are being answered, written before Slack is told that they arrived. After a kill the next
 * process finds in it what it owes an answer or an apology. A full one is kept beside the next one, so that what was
 * finished is remembered on disk alone. Without a writable folder nothing outlives the process.
 */
@Injectable()
export class AskJournal {
  private readonly logger = new Logger('Slack');
  private readonly open = new Map<string, OpenEntry>();
  /** Of earlier processes. */
  private finishedBefore: DoneEntry[] = [];
  private readonly path: string;
  private writable = true;
  private linesWritten = 0;

  constructor(@Inject(SLACK_OPTIONS) options: ActiveSlackOptions) {
    // Two apps on one machine have two journals; the token itself stays out of the name.
    const app = createHash('sha256').update(options.botToken).digest('hex').slice(0, 12);
    this.path = join(options.stateDirectory, `slack-asks-${app}.jsonl`);
    this.guarded(() => {
      mkdirSync(options.stateDirectory, { recursive: true, mode: 0o700 });
      for (const entry of [...read(this.fullPath), ...read(this.path)]) this.take(entry);
      this.finishedBefore = this.finishedBefore.slice(-rememberedAsks);
      this.begin([...this.finishedBefore, ...this.open.values()]);
      rmSync(this.fullPath, { force: true });
    });
  }

  /** What an earlier process began and did not finish, oldest first. */
  unfinished(): readonly OpenEntry[] {
    return [...this.open.values()];
  }

  /** Of asks that earlier processes finished; nothing from the second time on. */
  finishedKeys(): readonly string[] {
    const keys = this.finishedBefore.flatMap((entry) => entry.keys);
    this.finishedBefore = [];
    return keys;
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

  private get fullPath(): string {
    return `${this.path}.1`;
  }

  private write(entry: JournalEntry): void {
    if ('open' in entry) this.open.set(entry.open.id, entry);
    else this.open.delete(entry.done);
    this.guarded(() => {
      appendFileSync(this.path, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
      this.linesWritten += 1;
      if (this.linesWritten < linesOfOneFile) return;
      renameSync(this.path, this.fullPath);
      this.begin([...this.open.values()]);
    });
  }

  private take(entry: JournalEntry): void {
    if ('open' in entry) {
      this.open.set(entry.open.id, entry);
      return;
    }
    this.open.delete(entry.done);
    if (Date.now() - entry.atMs < rememberedMs) this.finishedBefore.push(entry);
  }

  /** A file with these entries takes the place of the one that there is. */
  private begin(entries: readonly JournalEntry[]): void {
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
