import type { NestApplicationOptions } from '@nestjs/common';
import type { MetricReading } from '@jamie/metrics';

export type ReadMetrics = () => Promise<readonly MetricReading[]>;

/** Traces and metrics on their way to OpenTelemetry backends. `GET /metrics` needs none of it. */
export interface Telemetry {
  /** What Nest has to be created with, so that spans are opened where calls cross a port. */
  readonly nest: Pick<NestApplicationOptions, 'instrument'>;
  /** Says where everything goes, and pushes what `read` answers, from now on and once more at the end. */
  begin(read: ReadMetrics): void;
  /** Sends what is left, for at most two seconds. Never throws. */
  stop(): Promise<void>;
}
