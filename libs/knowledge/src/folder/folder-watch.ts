import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

export interface WatchTiming {
  /** A change is reported when nothing more has changed for so long. */
  readonly quietMs: number;
  /** So often it is reported anyway: not every file system tells of changes, and not every link's target is watched. */
  readonly intervalMs: number;
}

/**
 * Says when it is worth looking at a folder again. It may say so for nothing, so whoever listens compares.
 * Watches each folder below by itself: Node's recursive mode loses folders that are made anew on Linux.
 */
export class FolderWatch {
  private readonly watchers = new Map<string, FSWatcher>();
  private readonly interval: NodeJS.Timeout;
  private quiet: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly directory: string,
    private readonly timing: WatchTiming,
    private readonly onChange: () => void,
  ) {
    this.interval = setInterval(onChange, timing.intervalMs).unref();
  }

  /**
   * Watches exactly these folders from now on, and the one around, where the whole folder may vanish and come back.
   * True when one of them is newly watched: what changed in it until now was missed.
   */
  follow(folders: ReadonlySet<string>): boolean {
    if (this.closed) return false;
    const root = resolve(this.directory);
    for (const [path, watcher] of this.watchers) {
      if (path !== dirname(root) && !folders.has(path)) this.drop(path, watcher);
    }
    const around = this.add(dirname(root), (changed) => changed === basename(root));
    const added = [...folders].filter((path) => this.add(path, () => true));
    return around || added.length > 0;
  }

  close(): void {
    this.closed = true;
    clearInterval(this.interval);
    clearTimeout(this.quiet);
    for (const [path, watcher] of this.watchers) this.drop(path, watcher);
  }

  private add(path: string, matters: (changed: string) => boolean): boolean {
    if (this.watchers.has(path)) return false;
    try {
      const watcher = watch(path, { persistent: false });
      this.watchers.set(path, watcher);
      watcher.on('error', () => this.drop(path, watcher));
      watcher.on('change', (_, changed) => {
        // Its own name: the folder was removed or moved, and this watch goes with it.
        if (String(changed) === basename(path)) this.drop(path, watcher);
        if (matters(String(changed))) this.changed();
      });
      return true;
    } catch {
      // Gone again, or the system's limit of watches is reached: the interval finds its changes.
      return false;
    }
  }

  private changed(): void {
    if (this.closed) return;
    clearTimeout(this.quiet);
    this.quiet = setTimeout(this.onChange, this.timing.quietMs).unref();
  }

  private drop(path: string, watcher: FSWatcher): void {
    watcher.close();
    this.watchers.delete(path);
  }
}
