import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { EndedEarly, freePort, startedAgain, until } from './prometheus';
import { root } from './repository';

const entry = 'dist/apps/jamie/src/main.js';

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder of package.json, node_modules, dist and runbooks. */
  readonly folder?: string;
  readonly userId?: number;
}

/** What `npm run build` has made, as a process of its own. */
export class JamieProcess {
  private constructor(
    readonly port: number,
    readonly metricsPort: number,
    private readonly child: ChildProcess,
    private readonly output: string[],
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  static start(options: StartOptions = {}): Promise<JamieProcess> {
    return startedAgain(() => JamieProcess.startOnce(options));
  }

  private static async startOnce({
    environment = {},
    folder = root,
    userId,
  }: StartOptions): Promise<JamieProcess> {
    if (!existsSync(`${folder}/${entry}`)) throw new Error(`${entry} is missing: npm run build`);
    const [port, metricsPort] = [await freePort(), await freePort()];
    const child = spawn(process.execPath, [entry], {
      cwd: folder,
      env: {
        PORT: `${port}`,
        METRICS_PORT: `${metricsPort}`,
        HOST: '127.0.0.1',
        LOG_LEVEL: 'warn',
        ...environment,
      },
      ...(userId !== undefined && { uid: userId, gid: userId }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => output.push(String(chunk)));
    const jamie = new JamieProcess(port, metricsPort, child, output);
    await until('Jamie is ready', () => jamie.isReady(), 180_000);
    return jamie;
  }

  /** The status of the answer. */
  async chat(message: unknown): Promise<number> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${this.url}/chat`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ message }),
    });
    await response.text();
    return response.status;
  }

  said(): string {
    return this.output.join('');
  }

  /** Its exit code; null when a signal ended it. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const exited = new Promise((resolve) => this.child.once('exit', resolve));
      this.child.kill(signal);
      await exited;
    }
    return this.child.exitCode;
  }

  private isReady(): Promise<boolean> {
    if (this.child.exitCode !== null)
      throw new EndedEarly(`it ended with ${this.child.exitCode}: ${this.said()}`);
    return fetch(`${this.url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}
