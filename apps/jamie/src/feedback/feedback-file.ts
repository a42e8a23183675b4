import { type FileHandle, open, rename } from 'node:fs/promises';

const ownerOnly = 0o600;
const othersMask = 0o077;
const newline = 0x0a;
const maxWaiting = 100;

/** Lines in a file that only its owner reads. When it is full it becomes `<path>.1`, and what was that before is gone. */
export class FeedbackFile {
  private last: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly path: string,
    private readonly maxBytes: number,
  ) {}

  /** Lines are written one after the other. Throws what the file system throws. */
  append(line: string): Promise<void> {
    if (this.waiting >= maxWaiting) return Promise.reject(new Error('the file is too slow'));
    this.waiting += 1;
    const written = this.last.then(() => this.write(line));
    this.last = written.catch(() => undefined).finally(() => (this.waiting -= 1));
    return written;
  }

  /** Resolves when everything was written, or could not be. */
  settled(): Promise<void> {
    return this.last;
  }

  /** Opened anew for each line: the file may be moved away at any time. */
  private async write(line: string): Promise<void> {
    const bytes = Buffer.from(`${line}\n`);
    const handle = await open(this.path, 'a+', ownerOnly);
    try {
      const size = await sizeOf(handle);
      if (size === 0 || size + bytes.length <= this.maxBytes) return await this.addTo(handle, size, bytes);
    } finally {
      await handle.close();
    }
    await rename(this.path, `${this.path}.1`);
    return this.write(line);
  }

  /** A line that a full disk or a crash has torn is ended first, so that it spoils no other. */
  private async addTo(handle: FileHandle, size: number, bytes: Buffer): Promise<void> {
    const torn = size > 0 && (await lastByte(handle, size)) !== newline;
    await handle.appendFile(torn ? Buffer.concat([Buffer.of(newline), bytes]) : bytes);
  }
}

/** 0 for what is no file, like a pipe. A file that others could read is closed to them, where that is possible. */
async function sizeOf(handle: FileHandle): Promise<number> {
  const status = await handle.stat();
  if (!status.isFile()) return 0;
  if ((status.mode & othersMask) !== 0) await handle.chmod(ownerOnly).catch(() => undefined);
  return status.size;
}

async function lastByte(handle: FileHandle, size: number): Promise<number | undefined> {
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0];
}
