import { read } from './repository';
import type { Prometheus, Range, Series } from './prometheus';

interface Target {
  readonly expr: string;
  readonly legendFormat: string;
  readonly instant?: boolean;
  readonly datasource: { readonly uid: string };
}

interface ValueMapping {
  readonly options: Readonly<Record<string, { readonly text: string; readonly color: string }>>;
}

export interface Panel {
  readonly id: number;
  readonly type: 'row' | 'stat' | 'timeseries';
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly Target[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit: string;
      readonly min?: number;
      readonly max?: number;
      readonly decimals?: number;
      readonly noValue?: string;
      readonly mappings: readonly ValueMapping[];
      readonly custom?: { readonly stacking: { readonly mode: string } };
      readonly thresholds: {
        readonly steps: readonly { readonly color: string; readonly value: number | null }[];
      };
    };
  };
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string }[] };
}

/** One line of a panel, named as its legend says. */
export interface Line {
  readonly name: string;
  readonly series: Series;
}

export const dashboard: Dashboard = JSON.parse(read('k8s/components/dashboard/jamie-sre-chatbot.json'));
export const panels = dashboard.panels.filter(({ type }) => type !== 'row');

/** What Grafana would send: with its variables filled in. Four minutes hold four scrapes of one minute each. */
export const expand = (expression: string): string =>
  expression.replaceAll('$job', 'jamie-sre-chatbot').replaceAll('$__rate_interval', '4m');

/** Labels that a legend names and this series has not. */
export const missingLabels = (legend: string, { metric }: Series): string[] =>
  [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label).filter((label) => !(label in metric));

export async function linesOf(panel: Panel, prometheus: Prometheus, range: Range): Promise<Line[]> {
  const answers = await Promise.all(
    (panel.targets ?? []).map(async ({ expr, legendFormat }) => {
      const series = await prometheus.queryRange(expand(expr), range);
      return series.map((one) => ({ name: legendOf(legendFormat, one), series: one }));
    }),
  );
  return answers.flat();
}

const legendOf = (legend: string, { metric }: Series): string =>
  legend.replaceAll(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? '');
