import { OllamaStandIn, OtlpReceiver, type ReceivedSpan } from '@jamie/testing';
import { type TestJamie, startTestJamie } from './harness';

/** The whole application with a model and a collector, spans sent at once. */
export interface TracedJamie extends TestJamie {
  readonly ollama: OllamaStandIn;
  readonly collector: OtlpReceiver;
  /** Waits for the span; the first one of that name. */
  spanNamed(name: string): Promise<ReceivedSpan>;
  /** May be called again. What was received stays readable. */
  close(): Promise<void>;
}

export async function startTracedJamie(settings: Record<string, string> = {}): Promise<TracedJamie> {
  const [ollama, collector] = await Promise.all([OllamaStandIn.start(), OtlpReceiver.start()]);
  const telemetry = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '20',
    ...settings,
  };
  // OpenTelemetry's own exporters read the environment of the process.
  Object.assign(process.env, telemetry);
  const jamie = await startTestJamie({ OLLAMA_URL: ollama.url, ...telemetry });
  const close = async (): Promise<void> => {
    await jamie.close();
    for (const name of Object.keys(telemetry)) delete process.env[name];
    await Promise.all([ollama.stop(), collector.stop()]);
  };
  let closed: Promise<void> | undefined;
  return {
    ...jamie,
    ollama,
    collector,
    spanNamed: async (name) => {
      await collector.until(() => collector.spanNamed(name) !== undefined);
      const span = collector.spanNamed(name);
      if (span === undefined) throw new Error(`no span ${name}`);
      return span;
    },
    close: () => (closed ??= close()),
  };
}
