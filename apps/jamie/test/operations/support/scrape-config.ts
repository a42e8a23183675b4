import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { parse } from 'yaml';
import { read } from './repository';

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The ServiceMonitor as the operator turns it into Prometheus' configuration, for one known target. */
export function scrapeConfigOf(target: string, intervalMs: number): object {
  const monitor: IServiceMonitor = parse(read('k8s/components/servicemonitor/servicemonitor.yaml'));
  const [endpoint] = monitor.spec.endpoints ?? [];
  return {
    // Without jobLabel the operator takes the Service's name.
    job_name: 'jamie-sre-chatbot',
    metrics_path: endpoint?.path,
    scrape_interval: `${intervalMs}ms`,
    scrape_timeout: `${intervalMs}ms`,
    sample_limit: monitor.spec.sampleLimit,
    static_configs: [{ targets: [target], labels: { namespace: 'chatbots' } }],
    metric_relabel_configs: (endpoint?.metricRelabelings ?? []).map((relabelling) =>
      Object.fromEntries(Object.entries(relabelling).map(([name, value]) => [snakeCase(name), value])),
    ),
  };
}
