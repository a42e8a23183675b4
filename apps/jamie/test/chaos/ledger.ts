import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Fate = 'answered' | 'apologised' | 'lost' | 'doubled';

export interface Row {
  readonly fault: string;
  /** On how many connections it struck; undefined where it is no fault of the network. */
  readonly struck: number | undefined;
  readonly asks: number;
  readonly answered: number;
  /** Of those answered, by the runbooks, because the model could not; undefined where nobody looked. */
  readonly fromRunbooks: number | undefined;
  readonly apologised: number;
  readonly lost: number;
  readonly doubled: number;
  /** From the end of the fault to the first answer that is whole again; undefined where nothing had to recover. */
  readonly recoveryMs: number | undefined;
  /** The slowest answer of /metrics and /health while it lasted. */
  readonly slowestProbeMs: number | undefined;
  /** What the metrics say of it. */
  readonly told: string | undefined;
}

type Measured = Partial<Pick<Row, 'struck' | 'fromRunbooks' | 'recoveryMs' | 'slowestProbeMs' | 'told'>>;

const folder = join(__dirname, '../../../../.cache/chaos');

export const seed = Number(process.env['CHAOS_SEED'] ?? '1');

/** What became of every ask, fault by fault; the table is printed at the end of the run. */
export class Ledger {
  private readonly rows: Row[] = [];

  constructor(private readonly name: string) {}

  enter(fault: string, fates: readonly Fate[], measured: Measured = {}): Row {
    const count = (wanted: Fate): number => fates.filter((fate) => fate === wanted).length;
    const row: Row = {
      fault,
      struck: measured.struck,
      asks: fates.length,
      answered: count('answered'),
      fromRunbooks: measured.fromRunbooks,
      apologised: count('apologised'),
      lost: count('lost'),
      doubled: count('doubled'),
      recoveryMs: measured.recoveryMs,
      slowestProbeMs: measured.slowestProbeMs,
      told: measured.told,
    };
    this.rows.push(row);
    this.write();
    return row;
  }

  /** What happened, for whoever looks into a failure. */
  keep(what: string, lines: readonly string[]): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${what}.log`), lines.join('\n'));
  }

  /** After every fault, so that a run that is cut off has its table too. */
  private write(): void {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${this.name}.json`), JSON.stringify(this.rows));
  }
}
