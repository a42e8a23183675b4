import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BrokenRunbookError } from './broken-runbook';

export interface ListedFile {
  /** Below the runbook folder, with `/` between its parts. */
  readonly path: string;
  readonly absolutePath: string;
  readonly bytes: number;
}

/** Something in the folder that is left out, and why, in words that complete "X is skipped: ". */
export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

export interface Listing {
  /** In the order of their paths. */
  readonly files: readonly ListedFile[];
  readonly skipped: readonly Skipped[];
  /** Real paths of all folders that were read. */
  readonly folders: ReadonlySet<string>;
  /** Differs from that of another listing when any file or folder has changed in between. */
  readonly fingerprint: string;
}

const mostFiles = 5_000;
const markdownName = /\.(?:md|markdown)$/i;

/**
 * Finds the Markdown files below a folder. Symbolic links are followed, each folder is read once; names that begin with
 * a dot are left out (a ConfigMap's `..data`, `.git`). Rejects only when the folder itself cannot be read.
 */
export async function listFolder(directory: string): Promise<Listing> {
  const walk = new Walk();
  await walk.enter(directory, '', await readdir(directory, { withFileTypes: true }));
  return walk.listing();
}

class Walk {
  private readonly files: ListedFile[] = [];
  private readonly skipped: Skipped[] = [];
  private readonly folders = new Set<string>();
  private readonly stamps: string[] = [];

  async enter(directory: string, path: string, entries: readonly Dirent[]): Promise<void> {
    const real = await realpath(directory);
    if (this.folders.has(real)) throw new BrokenRunbookError('it leads to a folder that was already read');
    this.folders.add(real);
    this.stamps.push(stampOf(path, await stat(real)));
    const named = entries.filter((entry) => !entry.name.startsWith('.') && mayMatter(entry));
    const sorted = named.sort((left, right) => (left.name < right.name ? -1 : 1));
    for (const entry of sorted) {
      const below = path === '' ? entry.name : `${path}/${entry.name}`;
      await this.visit(join(directory, entry.name), below).catch((error: unknown) => this.skip(below, error));
    }
  }

  listing(): Listing {
    const { files, skipped, folders } = this;
    const reasons = skipped.map(({ path, reason }) => `${path}: ${reason}`);
    return { files, skipped, folders, fingerprint: [...this.stamps, ...reasons].join('\n') };
  }

  private async visit(absolutePath: string, path: string): Promise<void> {
    const status = await stat(absolutePath);
    if (status.isDirectory()) {
      await this.enter(absolutePath, path, await readdir(absolutePath, { withFileTypes: true }));
    } else if (status.isFile() && markdownName.test(path)) {
      if (this.files.length >= mostFiles)
        throw new BrokenRunbookError(`more than ${mostFiles} files are not read`);
      this.files.push({ path, absolutePath, bytes: status.size });
      this.stamps.push(stampOf(path, status));
    }
  }

  private skip(path: string, error: unknown): void {
    this.skipped.push({ path, reason: reasonOf(error) });
  }
}

/** Other files are not even looked at. */
function mayMatter(entry: Dirent): boolean {
  return entry.isDirectory() || entry.isSymbolicLink() || (entry.isFile() && markdownName.test(entry.name));
}

function stampOf(path: string, { ino, size, mtimeMs, ctimeMs }: Stats): string {
  return `${path} ${ino} ${size} ${mtimeMs} ${ctimeMs}`;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this process may not read it',
  EPERM: 'this process may not read it',
  ELOOP: 'its symbolic links lead in a circle',
  ENOENT: 'it, or what it links to, does not exist',
  ENOTDIR: 'it is no folder',
};

/** Why something could not be read, in words. */
export function reasonOf(error: unknown): string {
  if (error instanceof BrokenRunbookError) return error.message;
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
  return reasons[code] ?? `it cannot be read (${code})`;
}
