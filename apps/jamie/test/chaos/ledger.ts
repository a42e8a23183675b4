import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type Fate = 'answered' | 'apologised' | 'lost' | 'doubled';

export interface Row {
  readonly fault: string;
  /** On how many connections it struck; undefined where it is no fault of the network. */
  readonly struck: number | undefined;
  readonly asks: number;
  readonly answered: number;
  readonly apologised: number;
  readonly lost: number;
  readonly doubled: number;
  /** From the end of the fault to the first answer that is whole again; undefined where nothing had to recover. */
  readonly recoveryMs: number | undefined;
  /** The slowest answer of /metrics and /health while it lasted. */
  readonly slowestProbeMs: number | undefined;
}

export const seed = Number(process.env['CHAOS_SEED'] ?? '1');

/** What became of every ask, fault by fault; the table is printed at the end of the run. */
export class Ledger {
  private readonly rows: Row[] = [];

  constructor(private readonly name: string) {}

  enter(
    fault: string,
    fates: readonly Fate[],
    measured: Partial<Pick<Row, 'struck' | 'recoveryMs' | 'slowestProbeMs'>> = {},
  ): Row {
    const count = (wanted: Fate): number => fates.filter((fate) => fate === wanted).length;
    const row: Row = {
      fault,
      struck: measured.struck,
      asks: fates.length,
      answered: count('answered'),
      apologised: count('apologised'),
      lost: count('lost'),
      doubled: count('doubled'),
      recoveryMs: measured.recoveryMs,
      slowestProbeMs: measured.slowestProbeMs,
    };
    this.rows.push(row);
    this.write();
    return row;
  }

  /** After every fault, so that a run that is cut off has its table too. */
  private write(): void {
    const folder = join(__dirname, '../../../../.cache/chaos');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${this.name}.json`), JSON.stringify(this.rows));
  }
}
