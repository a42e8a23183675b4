// Writes k8s/monitoring/jamie.rules.yaml, the PrometheusRule in the plain form that Prometheus and promtool read.
// `--check` only compares and exits 1 when the file is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { parse, stringify } from 'yaml';

const plainFile = join(import.meta.dirname, 'jamie.rules.yaml');
const ruleFile = join(import.meta.dirname, '../components/prometheusrule/prometheusrule.yaml');
const header =
  '# Written by `node k8s/monitoring/plain-rules.mjs` from the PrometheusRule, which has the comments.\n';

const { spec } = parse(readFileSync(ruleFile, 'utf8'));
const text = header + stringify(spec, { lineWidth: 0, aliasDuplicateObjects: false });
const plain = await format(text, { ...(await resolveConfig(plainFile)), parser: 'yaml' });

if (!process.argv.includes('--check')) writeFileSync(plainFile, plain);
else if (readFileSync(plainFile, 'utf8') !== plain) {
  process.stderr.write('jamie.rules.yaml is stale: run `node k8s/monitoring/plain-rules.mjs`\n');
  process.exitCode = 1;
}
