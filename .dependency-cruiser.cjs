const ports = '^libs/core/';
const library = (name, allowed = []) => ({
  name: `${name}-imports`,
  comment: `${name} may import core${allowed.map((other) => `, ${other}`).join('')} and nothing else of ours`,
  severity: 'error',
  from: { path: `^libs/${name}/src/` },
  to: {
    path: '^(libs|apps)/',
    pathNot: [`^libs/${name}/`, ports, ...allowed.map((other) => `^libs/${other}/`)],
  },
});

const notATest = '(\\.spec|\\.int-spec|\\.e2e-spec|\\.chaos-spec|\\.long-spec)\\.ts$';
const withoutTests = (rule) => ({ ...rule, from: { ...rule.from, pathNot: notATest } });

module.exports = {
  forbidden: [
    {
      name: 'core-is-pure',
      comment: 'core is the words of the domain: it imports nothing',
      severity: 'error',
      from: { path: '^libs/core/src/', pathNot: notATest },
      to: { pathNot: '^libs/core/src/' },
    },
    ...['ollama', 'knowledge', 'conversations', 'redis', 'metrics', 'chat'].map((name) =>
      withoutTests(library(name)),
    ),
    withoutTests(library('slack', ['chat'])),
    withoutTests(library('testing')),
    {
      name: 'through-the-index',
      comment: 'a library is entered through its index.ts',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^libs/$2/' },
    },
    {
      name: 'test-code-stays-in-tests',
      severity: 'error',
      from: {
        path: '^(libs|apps)/',
        pathNot: [notATest, '^libs/testing/', '^libs/redis/test/', '^apps/jamie/test/'],
      },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'libraries-do-not-know-apps',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'prom-client-in-metrics-only',
      comment: 'recording happens at the edges, through libs/metrics',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: '^libs/metrics/|^libs/testing/|^apps/jamie/test/' },
      to: { path: 'node_modules/(prom-client|@willsoto)' },
    },
    {
      name: 'redis-client-in-redis-only',
      comment: 'everybody else asks the ports',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: '^libs/redis/|^libs/testing/|^apps/jamie/test/' },
      to: { path: 'node_modules/@redis/' },
    },
    {
      name: 'opentelemetry-sdk-in-telemetry-only',
      comment: 'everybody else opens spans through @opentelemetry/api',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: '^apps/jamie/src/telemetry/' },
      to: { path: 'node_modules/@opentelemetry/(?!api/)' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'node_modules/(?!prom-client|@willsoto|@opentelemetry|@redis)' },
  },
};
