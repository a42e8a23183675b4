import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { doctorCommand } from '../../src/cli/doctor/doctor-command';
import type { Finding } from '../../src/cli/doctor/finding';
import { Terminal } from '../../src/cli/terminal/terminal';
import { packageRoot } from '../../src/package-root';

type Environment = Readonly<Record<string, string>>;

const healthy = {
  PORT: '0',
  METRICS_PORT: '0',
  HOST: '127.0.0.1',
  // Few, because each examination reads them.
  RUNBOOKS_DIR: join(packageRoot, 'runbooks/dns'),
};

/** The doctor in this process; everything is well but for what the settings break. */
export function doctorAt(ollamaUrl: () => string) {
  async function doctor(
    env: Environment,
    ...args: readonly string[]
  ): Promise<{ code: number; out: string }> {
    let out = '';
    const stdout = { write: (text: string) => (out += text) };
    const all = { ...healthy, OLLAMA_URL: ollamaUrl(), ...env };
    const terminal = new Terminal({ stdin: new PassThrough(), stdout, stderr: stdout, env: all });
    const code = await doctorCommand.run(args, terminal, new AbortController().signal);
    return { code, out };
  }

  /** What is not well, and the exit code. */
  async function complaints(env: Environment): Promise<{ code: number; found: readonly Finding[] }> {
    const { code, out } = await doctor(env, '--json');
    const report: { ok: boolean; findings: readonly Finding[] } = JSON.parse(out);
    expect(report.ok).toBe(code === 0);
    return { code, found: report.findings.filter(({ verdict }) => verdict !== 'ok') };
  }

  async function expectOne(env: Environment, expected: Partial<Finding>): Promise<void> {
    const { code, found } = await complaints(env);
    expect(found).toEqual([expect.objectContaining(expected)]);
    expect(code).toBe(expected.verdict === 'wrong' ? 1 : 0);
  }

  return { doctor, complaints, expectOne };
}

export const saying = (text: string | RegExp): string => expect.stringMatching(text);
