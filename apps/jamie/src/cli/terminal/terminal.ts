import type { Readable } from 'node:stream';
import { withoutControls } from './controls';

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** `process`, or what a test has in its place. */
interface Streams {
  readonly stdin: Readable;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
}

const clearLine = '\r\u001b[2K';

/** Where a command reads and writes. */
export class Terminal {
  readonly environment: NodeJS.ProcessEnv;
  /** Whether what is printed may be bold and coloured: a person reads it, and wants colours. */
  readonly styled: boolean;
  private readonly stdout: Output;
  private readonly stderr: Output;
  private statusIsShown = false;

  constructor(private readonly process: Streams) {
    const { stdout, stderr, env } = process;
    this.stdout = stdout;
    this.stderr = stderr;
    this.environment = env;
    this.styled = this.stdout.isTTY === true && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
  }

  /** Opened only by whoever reads it. */
  get stdin(): Readable {
    return this.process.stdin;
  }

  /** Whether a person watches. */
  get isWatched(): boolean {
    return this.stdout.isTTY === true && this.stderr.isTTY === true;
  }

  /** What was asked for: standard output. */
  print(text: string): void {
    this.clearStatus();
    this.stdout.write(text);
  }

  /** What is said beside it: standard error. */
  note(text: string): void {
    this.clearStatus();
    this.stderr.write(text);
  }

  /** One line that tells what is being done, over the last one; nothing unless standard error is a terminal. */
  status(text: string): void {
    if (this.stderr.isTTY !== true) return;
    const line = withoutControls(text).slice(0, Math.max(20, this.stderr.columns ?? 80) - 1);
    this.stderr.write(`${clearLine}${line}`);
    this.statusIsShown = true;
  }

  clearStatus(): void {
    if (this.statusIsShown) this.stderr.write(clearLine);
    this.statusIsShown = false;
  }
}
