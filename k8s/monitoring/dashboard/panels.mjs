// The two kinds of panels the dashboard has, as Grafana's JSON.

export const datasource = { type: 'prometheus', uid: '${datasource}' };

export function stat(title, description, { unit, query, steps, mappings, ...defaults }) {
  const thresholds = {
    mode: 'absolute',
    steps: Object.entries(steps).map(([color, value], at) => ({ color, value: at === 0 ? null : value })),
  };
  return {
    type: 'stat',
    title,
    description,
    targets: targets([[query, title]], true),
    fieldConfig: {
      defaults: { unit, thresholds, mappings: valueMappings(mappings), ...defaults },
      overrides: [],
    },
    options: {
      colorMode: 'value',
      graphMode: 'area',
      justifyMode: 'auto',
      orientation: 'auto',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      textMode: 'auto',
    },
  };
}

export function chart(title, description, { unit, queries, stack, limit, mappings, min = 0, max }) {
  const steps = [{ color: 'green', value: null }, ...(limit ? [{ color: 'red', value: limit }] : [])];
  const custom = {
    drawStyle: 'line',
    fillOpacity: stack ? 30 : 10,
    lineInterpolation: 'linear',
    lineWidth: 1,
    showPoints: 'never',
    spanNulls: false,
    stacking: { group: 'A', mode: stack ? 'normal' : 'none' },
    thresholdsStyle: { mode: limit ? 'dashed' : 'off' },
  };
  return {
    type: 'timeseries',
    title,
    description,
    targets: targets(queries, false),
    fieldConfig: {
      defaults: {
        unit,
        ...(min !== null && { min }),
        ...(max && { max }),
        custom,
        mappings: valueMappings(mappings),
        thresholds: { mode: 'absolute', steps },
      },
      overrides: [],
    },
    options: {
      legend: { calcs: [], displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

function targets(queries, instant) {
  return queries.map(([expr, legendFormat], at) => ({
    refId: String.fromCharCode(65 + at),
    datasource,
    expr,
    legendFormat,
    range: !instant || undefined,
    instant: instant || undefined,
  }));
}

function valueMappings(mappings = []) {
  if (mappings.length === 0) return [];
  const options = Object.fromEntries(
    mappings.map(({ value, text, color }, index) => [String(value), { text, color, index }]),
  );
  return [{ type: 'value', options }];
}
