import { once } from 'node:events';
import { type BuiltJamie, addressesOf, exitCode, startBuiltJamie, stopBuiltJamies } from './built-jamie';

const secrets = {
  SLACK_BOT_TOKEN: 'xoxb-secret-bot-token',
  SLACK_SIGNING_SECRET: 'secret-of-the-signature',
  API_KEYS: 'secret-key-one,secret-key-two',
  LOGFIRE_TOKEN: 'pylf_v1_us_secretwritetoken',
  OTEL_EXPORTER_OTLP_HEADERS: 'x-team-key=secret-otlp-key',
};
const passwords = ['secret-ollama-password', 'secret-redis-password'];
const settings = {
  ...secrets,
  OLLAMA_URL: `http://jamie:${passwords[0]}@127.0.0.1:1`,
  REDIS_URL: `redis://:${passwords[1]}@127.0.0.1:1`,
  SLACK_API_URL: 'http://127.0.0.1:1/api/',
  LOGFIRE_BASE_URL: 'http://127.0.0.1:1',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
  OTEL_BSP_SCHEDULE_DELAY: '100',
  OTEL_METRIC_EXPORT_INTERVAL: '200',
  OTEL_EXPORTER_OTLP_TIMEOUT: '500',
  LOG_LEVEL: 'trace',
  WELCOME: 'true',
};

/** What the log says of each of those that cannot be reached. A secret is most likely told beside it. */
const trouble = [
  'Redis at 127.0.0.1:1 cannot be used',
  'The model could not be loaded',
  'http request failed connect ECONNREFUSED',
  'Logfire takes no traces and metrics',
  'The OTLP collector takes no traces and metrics',
];

afterEach(stopBuiltJamies);

/** Resolves once each of the texts stands in the log. */
async function lines(jamie: BuiltJamie, texts: readonly string[]): Promise<void> {
  while (!texts.every((text) => jamie.lines.some((line) => line.includes(text))))
    await once(jamie.child.stdout ?? jamie.child, 'data');
}

it('tells none of its secrets in logs, metrics, health or errors, whatever goes wrong', async () => {
  const jamie = startBuiltJamie(settings);
  const { url, metricsUrl } = await addressesOf(jamie);
  const key = { authorization: 'Bearer secret-key-one' };
  const json = { 'content-type': 'application/json' };
  const post = (path: string, body: string, headers: Readonly<Record<string, string>>) =>
    fetch(url + path, { method: 'POST', body, headers });
  const responses = [
    await post('/chat', '{"message":"KubePodCrashLooping?"}', { ...json, ...key }),
    await post('/chat', '{"message":"xyzzy plugh"}', { ...json, ...key }),
    await post('/chat', '{"message":', { ...json, ...key }),
    await post('/chat', '{"message":"hello"}', { ...json, authorization: 'Bearer wrong' }),
    await post('/slack/events', '{}', {
      ...json,
      'x-slack-signature': 'v0=0',
      'x-slack-request-timestamp': '1',
    }),
    ...(await Promise.all(
      ['/health', '/health/ready', '/openapi.json', '/nothing'].map((path) =>
        fetch(url + path, { headers: key }),
      ),
    )),
    await fetch(`${metricsUrl}/metrics`),
  ];
  const bodies = await Promise.all(responses.map((response) => response.text()));
  expect(responses.map(({ status }) => status)).toEqual([200, 503, 400, 401, 401, 200, 200, 200, 404, 200]);
  await lines(jamie, trouble);
  jamie.child.kill('SIGTERM');
  await exitCode(jamie);
  const said = [...jamie.lines, ...jamie.errors, ...bodies].join('\n');
  expect(said).toContain('KubePodCrashLooping');
  const forms = [...Object.values(secrets).flatMap((value) => value.split(',')), ...passwords].flatMap(
    (secret) => [
      secret.replace('x-team-key=', ''),
      Buffer.from(secret).toString('base64'),
      Buffer.from(`jamie:${secret}`).toString('base64'),
    ],
  );
  expect(forms.filter((form) => said.includes(form))).toEqual([]);
}, 60_000);
