import { Logger } from '@nestjs/common';
import { type ExportResult, ExportResultCode } from '@opentelemetry/core';

/** Says once that a backend takes nothing, and once that it does again. */
export class Outage {
  private readonly logger = new Logger('Telemetry');
  private failing = false;

  constructor(private readonly backend: string) {}

  report({ code, error }: ExportResult): void {
    const failed = code !== ExportResultCode.SUCCESS;
    if (failed === this.failing) return;
    this.failing = failed;
    if (failed)
      this.logger.warn(`${this.backend} takes no traces and metrics: ${reasonOf(error)}. Jamie works on.`);
    else this.logger.log(`${this.backend} takes traces and metrics again.`);
  }
}

interface Exporter<Items> {
  export(items: Items, done: (result: ExportResult) => void): void;
}

/** Lets the outage hear how every export of that exporter ended. */
export function reporting<Items, E extends Exporter<Items>>(exporter: E, outage: Outage): E {
  const send: Exporter<Items>['export'] = exporter.export.bind(exporter);
  exporter.export = (items: Items, done: (result: ExportResult) => void) =>
    send(items, (result) => {
      outage.report(result);
      done(result);
    });
  return exporter;
}

/** Status or error code; never what the backend wrote. */
function reasonOf(error: (Error & { readonly code?: unknown }) | undefined): string {
  if (error === undefined) return 'no reason given';
  if (typeof error.code === 'number') return `it answers with status ${error.code}`;
  return typeof error.code === 'string' ? error.code : error.message;
}
