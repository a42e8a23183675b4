import {
  type Runbook,
  type RunbookMatch,
  type RunbookObserver,
  RunbookSearch,
  sentenceOf,
} from '@jamie/core';
import { Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { FolderWatch, type WatchTiming } from './folder/folder-watch';
import { type Listing, type Skipped, listFolder, reasonOf } from './folder/list-folder';
import { readRunbooks } from './folder/read-runbooks';
import { buildIndex } from './index/build-index';
import type { RunbookIndex } from './index/runbook-index';
import { searchIndex } from './index/search-index';
import type { KnowledgeOptions } from './knowledge-options';
import { OneAtATime } from './one-at-a-time';
import { atOnce, inSlices } from './slices';

const usualTiming: WatchTiming = { quietMs: 200, intervalMs: 10_000 };
const noFolders: ReadonlySet<string> = new Set();

/** The runbooks of one folder, in memory. Every search sees one whole collection: the last that could be loaded. */
export class RunbookLibrary extends RunbookSearch implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Runbooks');
  private readonly refreshing = new OneAtATime(() => this.refresh());
  private index: RunbookIndex = atOnce(buildIndex([]));
  private fingerprint = '';
  private folderIsThere = true;
  private watch: FolderWatch | undefined;

  constructor(
    private readonly options: KnowledgeOptions,
    private readonly observer: RunbookObserver,
    private readonly timing: WatchTiming = usualTiming,
  ) {
    super();
  }

  /** @throws Error when the folder is required and cannot be read */
  async onModuleInit(): Promise<void> {
    await this.refreshing.run();
    if (this.options.required === true && !this.folderIsThere) {
      throw new Error(`RUNBOOKS_DIR: the folder ${this.options.directory} cannot be read`);
    }
    if (!this.options.watch) return;
    this.watch = new FolderWatch(this.options.directory, this.timing, () => this.refreshInBackground());
    // Begins to watch; what has changed since the folder was listed is found on the way.
    this.refreshInBackground();
  }

  async onApplicationShutdown(): Promise<void> {
    this.watch?.close();
    await this.refreshing.settled();
  }

  search(query: string, limit: number): readonly RunbookMatch[] {
    const matches = searchIndex(this.index, query, limit);
    this.observer.searched(matches.length > 0);
    return matches;
  }

  count(): number {
    return this.index.runbooks.length;
  }

  list(): readonly Runbook[] {
    return this.index.runbooks;
  }

  find(path: string): Runbook | undefined {
    return this.index.runbooks.find((runbook) => runbook.path === path);
  }

  private refreshInBackground(): void {
    this.refreshing.run().catch((error: unknown) => {
      this.logger.error(`The runbooks could not be reloaded, the last ones stay: ${sentenceOf(error)}`);
    });
  }

  private async refresh(): Promise<void> {
    const listing = await this.currentListing();
    if (listing === undefined || listing.fingerprint === this.fingerprint) return;
    const startMs = performance.now();
    const { runbooks, skipped } = await readRunbooks(listing);
    this.index = await inSlices(buildIndex(runbooks));
    this.fingerprint = listing.fingerprint;
    this.report(skipped, performance.now() - startMs);
  }

  /**
   * Undefined when the folder cannot be read. Looks again as long as something has only now begun to be watched: it may
   * have changed just before.
   */
  private async currentListing(): Promise<Listing | undefined> {
    for (;;) {
      const found = await listFolder(this.options.directory).catch(reasonOf);
      const missing = typeof found === 'string';
      if (this.watch?.follow(missing ? noFolders : found.folders) === true) continue;
      if (missing && this.folderIsThere) this.reportMissing(found);
      this.folderIsThere = !missing;
      return missing ? undefined : found;
    }
  }

  private report(skipped: readonly Skipped[], durationMs: number): void {
    for (const { path, reason } of skipped) this.logger.warn(`Runbook ${path} is skipped: ${reason}.`);
    this.logger.log(`${this.count()} runbooks loaded in ${durationMs.toFixed(0)} ms.`);
    this.observer.loaded(this.count(), skipped.length);
  }

  private reportMissing(reason: string): void {
    const what = `RUNBOOKS_DIR: the folder ${this.options.directory} cannot be read: ${reason}`;
    if (this.count() > 0)
      this.logger.warn(`${what}; the ${this.count()} runbooks loaded before stay in use.`);
    else this.logger.error(`${what}; Jamie answers without runbooks until it appears.`);
  }
}
