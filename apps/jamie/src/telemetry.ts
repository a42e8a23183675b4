import type { Config } from './config/config';
import { destinationsOf } from './telemetry/destinations';
import type { Telemetry } from './telemetry/running';

const off: Telemetry = { nest: {}, begin: () => {}, stop: () => Promise.resolve() };

/** Starts telemetry when the settings name somewhere to send it. Otherwise nothing of the SDK is read from disk. */
export async function startTelemetry(config: Config): Promise<Telemetry> {
  const destinations = destinationsOf(config);
  if (destinations === undefined) return off;
  const { startSdk } = await import('./telemetry/sdk.js');
  return startSdk(config, destinations);
}
