import * as echarts from 'echarts';
import type { Dashboard, Line, Panel } from './dashboard';
import type { Range } from './prometheus';

const width = 1440;
const cell = { width: width / 24, height: 30, gap: 6 };
const colours = ['#73bf69', '#f2cc0c', '#5794f2', '#ff9830', '#f2495c', '#b877d9', '#8ab8ff', '#ffa6b0'];
const named: Readonly<Record<string, string>> = {
  green: '#73bf69',
  yellow: '#fade2a',
  orange: '#ff9830',
  red: '#f2495c',
};
const dark = { page: '#111217', panel: '#181b1f', border: '#2c2f36', text: '#d0d1dc', faint: '#8e8f9b' };

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The dashboard as one SVG, in Grafana's layout and dark colours. */
export function drawing(
  { title, panels }: Dashboard,
  linesById: ReadonlyMap<number, readonly Line[]>,
  range: Range,
): string {
  const height = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h)) * cell.height + 60;
  const drawn = panels.map((panel) => drawPanel(panel, linesById.get(panel.id) ?? [], range));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans">
<rect width="100%" height="100%" fill="${dark.page}"/>
${text(title, { x: 10, y: 36, size: 22, colour: dark.text })}
<g transform="translate(0 54)">${drawn.join('\n')}</g></svg>`;
}

function drawPanel(panel: Panel, lines: readonly Line[], range: Range): string {
  const { x, y, w, h } = panel.gridPos;
  const box = {
    x: x * cell.width,
    y: y * cell.height,
    w: w * cell.width - cell.gap,
    h: h * cell.height - cell.gap,
  };
  const at = `transform="translate(${box.x + cell.gap / 2} ${box.y})"`;
  if (panel.type === 'row') {
    return `<g ${at}>${text(panel.title, { x: 6, y: 20, size: 15, colour: dark.text })}</g>`;
  }
  const frame = `<rect width="${box.w}" height="${box.h}" rx="3" fill="${dark.panel}" stroke="${dark.border}"/>`;
  const title = text(panel.title, { x: 10, y: 20, size: 13, colour: dark.text });
  const body = panel.type === 'stat' ? drawStat(panel, lines, box) : drawChart(panel, lines, box, range);
  return `<g ${at}>${frame}${title}${body}</g>`;
}

function drawStat(panel: Panel, lines: readonly Line[], { w, h }: Box): string {
  const defaults = panel.fieldConfig?.defaults;
  const value = Number(lines[0]?.series.values?.at(-1)?.[1] ?? Number.NaN);
  const mapped = defaults?.mappings[0]?.options[String(value)];
  const shown = Number.isFinite(value)
    ? formatted(value, defaults?.unit ?? 'none', defaults?.decimals)
    : 'No data';
  const step = defaults?.thresholds.steps.findLast(({ value: from }) => from === null || value >= from);
  const colour = named[mapped?.color ?? step?.color ?? ''] ?? dark.text;
  return text(mapped?.text ?? shown, { x: w / 2, y: h / 2 + 24, size: 32, colour, anchor: 'middle' });
}

function drawChart(panel: Panel, lines: readonly Line[], { w, h }: Box, range: Range): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: w - 8, height: h - 28 });
  chart.setOption(chartOptions(panel, lines, range));
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg.replace('<svg ', '<svg x="4" y="26" ');
}

function chartOptions(panel: Panel, lines: readonly Line[], range: Range): echarts.EChartsCoreOption {
  const { unit = 'none', min, max, custom, mappings = [] } = panel.fieldConfig?.defaults ?? {};
  const label = { color: dark.faint, fontSize: 11, fontFamily: 'DejaVu Sans' };
  const words = mappings[0]?.options;
  return {
    animation: false,
    color: colours,
    textStyle: { fontFamily: 'DejaVu Sans' },
    grid: { left: words ? 76 : 62, right: 14, top: 8, bottom: 52 },
    legend: { bottom: 0, left: 6, itemGap: 14, itemWidth: 14, itemHeight: 3, icon: 'rect', textStyle: label },
    xAxis: {
      type: 'time',
      min: range.startSeconds * 1000,
      max: range.endSeconds * 1000,
      axisLabel: { ...label, formatter: '{HH}:{mm}', hideOverlap: true },
      axisLine: { lineStyle: { color: dark.border } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      min: min ?? null,
      max: max ?? null,
      minInterval: words || max === 1 ? 1 : 0,
      splitNumber: 4,
      axisLabel: {
        ...label,
        formatter: (value: number) => words?.[String(value)]?.text ?? formatted(value, unit),
      },
      splitLine: { lineStyle: { color: dark.border } },
    },
    series: lines.map((line) => lineOptions(line, custom?.stacking.mode === 'normal', limitOf(panel))),
  };
}

function lineOptions({ name, series }: Line, stacked: boolean, limit: number | undefined): object {
  const points = withGaps(series.values ?? []);
  const threshold = { data: [{ yAxis: limit }], symbol: 'none', label: { show: false } };
  return {
    name,
    type: 'line',
    showSymbol: false,
    data: points,
    lineStyle: { width: 1.3 },
    areaStyle: { opacity: stacked ? 0.3 : 0.08 },
    ...(stacked && { stack: 'all' }),
    ...(limit !== undefined && {
      markLine: { ...threshold, lineStyle: { color: named['red'], type: 'dashed' } },
    }),
  };
}

/** What is missing, or not a number, is a gap: a line is not drawn over it. */
function withGaps(values: readonly (readonly [number, string])[]): [number, number | null][] {
  return values.flatMap(([seconds, value], index): [number, number | null][] => {
    const point: [number, number | null] = [
      seconds * 1000,
      Number.isFinite(Number(value)) ? Number(value) : null,
    ];
    const before = values[index - 1]?.[0] ?? seconds;
    return seconds - before > 60 ? [[seconds * 1000 - 1, null], point] : [point];
  });
}

const limitOf = ({ fieldConfig }: Panel): number | undefined =>
  fieldConfig?.defaults.thresholds.steps[1]?.value ?? undefined;

/** A number in its unit, as Grafana would shorten it. */
function formatted(value: number, unit: string, decimals?: number): string {
  if (unit === 'percentunit')
    return `${(value * 100).toFixed(decimals ?? (Math.abs(value) < 0.1 && value !== 0 ? 1 : 0))} %`;
  if (unit === 'bytes') return `${Math.round(value / 1024 / 1024)} MiB`;
  if (unit === 's') return duration(value, decimals);
  const digits = decimals ?? (Math.abs(value) >= 10 || Number.isInteger(value) ? 0 : 1);
  const number = value >= 10_000 ? `${Math.round(value / 1000)}k` : value.toFixed(digits);
  return unit === 'opm' ? `${number} /min` : number;
}

function duration(seconds: number, decimals?: number): string {
  if (seconds >= 3600) return `${(seconds / 3600).toFixed(0)} h`;
  if (seconds >= 120) return `${(seconds / 60).toFixed(0)} min`;
  if (seconds < 1 && seconds > 0) return `${Math.round(seconds * 1000)} ms`;
  return `${seconds.toFixed(decimals ?? (Number.isInteger(seconds) ? 0 : 1))} s`;
}

interface Style {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly colour: string;
  readonly anchor?: 'start' | 'middle';
}

function text(words: string, { x, y, size, colour, anchor = 'start' }: Style): string {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" font-size="${size}" fill="${colour}" text-anchor="${anchor}">${escaped}</text>`;
}
