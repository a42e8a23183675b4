import { TroubleError } from './trouble';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Cuts bytes into lines at `\n`, wherever the network cut them: a line is decoded only when it is whole, so no UTF-8
 * character is ever torn. A `\r` before the `\n` is dropped, blank lines are skipped (https://github.com/ndjson/ndjson-spec).
 */
export class LineFramer {
  private rest: Buffer[] = [];
  private restBytes = 0;

  constructor(private readonly maxLineBytes: number) {}

  /**
   * The lines that these bytes complete, without their ends.
   *
   * @throws TroubleError when a line is longer than the limit
   */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      this.add(lines, chunk.subarray(start, end));
      start = end + 1;
    }
    if (start < chunk.length) this.keep(chunk.subarray(start));
    return lines;
  }

  /** What stands after the last line end, when it is not blank. */
  end(): string | undefined {
    const lines: string[] = [];
    this.add(lines, Buffer.alloc(0));
    return lines[0];
  }

  private add(lines: string[], tail: Buffer): void {
    let bytes = tail;
    if (this.restBytes > 0) {
      this.keep(tail);
      bytes = Buffer.concat(this.rest, this.restBytes);
      this.rest = [];
      this.restBytes = 0;
    }
    const length = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
    if (length > this.maxLineBytes) throw this.tooLong();
    const line = bytes.toString('utf8', 0, length);
    if (length > 0 && line.trim() !== '') lines.push(line);
  }

  private keep(bytes: Buffer): void {
    this.rest.push(bytes);
    this.restBytes += bytes.length;
    // One more for a `\r` that still belongs to the line's end.
    if (this.restBytes > this.maxLineBytes + 1) throw this.tooLong();
  }

  private tooLong(): TroubleError {
    return new TroubleError({ kind: 'line-too-long', maxBytes: this.maxLineBytes });
  }
}
