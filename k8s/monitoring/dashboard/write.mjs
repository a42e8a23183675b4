// Writes k8s/components/dashboard/jamie-sre-chatbot.json, which Grafana imports, from the rows described beside it.
// `--check` only compares and exits 1 when the file is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { datasource } from './panels.mjs';
import { rows } from './rows.mjs';

const file = join(import.meta.dirname, '../../components/dashboard/jamie-sre-chatbot.json');

/** Puts the rows below each other, three charts or all stats beside each other on Grafana's 24 columns. */
function layOut() {
  const laid = [];
  let y = 0;
  for (const { title, panels, height = 8 } of rows) {
    laid.push({ type: 'row', title, collapsed: false, panels: [], gridPos: { x: 0, y, w: 24, h: 1 } });
    const perLine = height === 4 ? panels.length : 3;
    const width = 24 / perLine;
    panels.forEach((panel, at) => {
      const gridPos = {
        x: (at % perLine) * width,
        y: y + 1 + Math.floor(at / perLine) * height,
        w: width,
        h: height,
      };
      laid.push({ ...panel, datasource, gridPos });
    });
    y += 1 + Math.ceil(panels.length / perLine) * height;
  }
  return laid.map((panel, at) => ({ id: at + 1, ...panel }));
}

const dashboard = {
  uid: 'jamie-sre-chatbot',
  title: 'Jamie SRE Chatbot',
  description: 'What Jamie is asked, how it answers, and how its language model, Slack and process are.',
  tags: ['jamie', 'sre', 'chatbot'],
  schemaVersion: 39,
  version: 1,
  editable: true,
  graphTooltip: 1,
  refresh: '30s',
  time: { from: 'now-6h', to: 'now' },
  timezone: 'browser',
  timepicker: {},
  annotations: { list: [] },
  links: [],
  templating: {
    list: [
      {
        name: 'datasource',
        label: 'Data source',
        type: 'datasource',
        query: 'prometheus',
        current: {},
        hide: 0,
        multi: false,
        includeAll: false,
        options: [],
        refresh: 1,
        regex: '',
      },
      {
        name: 'job',
        label: 'Job',
        type: 'query',
        datasource,
        query: { query: 'label_values(jamie_build_info, job)', refId: 'job' },
        definition: 'label_values(jamie_build_info, job)',
        current: { selected: true, text: 'jamie-sre-chatbot', value: 'jamie-sre-chatbot' },
        hide: 0,
        multi: false,
        includeAll: false,
        options: [],
        refresh: 1,
        regex: '',
        sort: 1,
      },
    ],
  },
  panels: layOut(),
};

const text = await format(JSON.stringify(dashboard), { ...(await resolveConfig(file)), parser: 'json' });
if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  process.stderr.write('jamie-sre-chatbot.json is stale: run `node k8s/monitoring/dashboard/write.mjs`\n');
  process.exitCode = 1;
}
