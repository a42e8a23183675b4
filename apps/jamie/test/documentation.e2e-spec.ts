import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OllamaStandIn, ollamaAnswer } from '@jamie/testing';
import { packageRoot } from '../src/package-root';
import { addressesOf, startBuiltJamie, stopBuiltJamies } from './built-jamie';
import { commandsOf, documentedCommands } from './documented-commands';

const starts = 'starts Jamie, as this test has done already';
const cluster = 'needs a cluster; operations tests hold the manifests';
const itself = 'runs all tests, this one too';

/** What cannot run here, word for word, and why. Everything else that is documented is run. */
const cannotRun: Readonly<Record<string, string>> = {
  'npm start': starts,
  'SLACK_BOT_TOKEN=xoxb-… SLACK_APP_TOKEN=xapp-… npm start': starts,
  'npm test': itself,
  'ollama create bruno-sre -f models/bruno-sre/Modelfile': 'needs Ollama, and the network for the base model',
  'docker build --build-arg VERSION=0.1.0 --build-arg COMMIT="$(git rev-parse --short HEAD)" -t registry.example.com/sre/jamie-sre-chatbot:0.1.0 .':
    'needs Docker; operations tests fill the image as its file says',
  'docker push registry.example.com/sre/jamie-sre-chatbot:0.1.0': 'needs Docker and a registry',
  'kubectl create namespace chatbots --dry-run=client -o yaml | kubectl apply -f -': cluster,
  'kubectl create secret generic jamie-sre-chatbot-secrets -n chatbots --from-literal=SLACK_BOT_TOKEN=xoxb-... --from-literal=SLACK_APP_TOKEN=xapp-...':
    cluster,
  'kubectl apply -k k8s/overlays/production': cluster,
  'kubectl rollout status -n chatbots deployment/jamie-sre-chatbot': cluster,
  'kubectl port-forward -n chatbots service/jamie-sre-chatbot 8080:8080 &': cluster,
  'kubectl exec -n chatbots deployment/jamie-sre-chatbot -- /nodejs/bin/node dist/apps/jamie/src/cli/main.js doctor':
    cluster,
  'kubectl get servicemonitor -n chatbots jamie-sre-chatbot --show-labels': cluster,
  "kubectl get prometheus -A -o jsonpath='{.items[*].spec.serviceMonitorSelector}'": cluster,
  'kubectl get service -n chatbots -l app.kubernetes.io/name=jamie-sre-chatbot': cluster,
  'kubectl get endpointslices -n chatbots -l kubernetes.io/service-name=jamie-sre-chatbot': cluster,
  'kubectl run scrape-test -n monitoring --image=curlimages/curl -it --rm --restart=Never -- curl -sS -m 5 http://jamie-sre-chatbot.chatbots.svc:9090/health':
    cluster,
};

const documented = documentedCommands();
const runnable = [...new Map(documented.map((one) => [one.command, one])).values()].filter(
  ({ command }) => cannotRun[command] === undefined,
);

// Child processes, one after the other, on a busy machine.
jest.setTimeout(60_000);

describe('every command in the documentation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'documentation-'));
  const feedbackFile = join(folder, 'feedback.jsonl');
  let ollama: OllamaStandIn;
  let environment: Readonly<Record<string, string>>;
  let replacements: readonly (readonly [written: string | RegExp, here: string])[];

  beforeAll(async () => {
    ollama = await OllamaStandIn.start();
    ollama.script(ollamaAnswer('Look at the log [1].'));
    const settings = { OLLAMA_URL: ollama.url, FEEDBACK_FILE: feedbackFile, RATE_LIMIT_PER_MINUTE: '0' };
    const { url, metricsUrl } = await addressesOf(startBuiltJamie({ ...settings, WELCOME: 'true' }));
    const [main, metrics] = [new URL(url), new URL(metricsUrl)];
    writeStandIns(folder, url);
    environment = {
      ...settings,
      HOST: '127.0.0.1',
      PORT: main.port,
      METRICS_PORT: metrics.port,
      HOME: folder,
      PATH: `${folder}:${process.env['PATH']}`,
    };
    replacements = [
      [/(localhost|127\.0\.0\.1):8080/g, main.host],
      [/(localhost|127\.0\.0\.1):9090/g, metrics.host],
      [/<answer_id of POST \/chat>/g, await idOfAnAnswer(url)],
      [/(?<= )(feedback\.jsonl|ours\.json)/g, `${folder}/$1`],
      ['./our-runbooks', 'runbooks'],
    ];
  });
  afterAll(async () => {
    await stopBuiltJamies();
    await ollama.stop();
    rmSync(folder, { recursive: true });
  });

  it.each(runnable)('$page: $command', async ({ command }) => {
    const here = replacements.reduce((text, [written, with_]) => text.replaceAll(written, with_), command);
    // Whoever reads standard input would wait for this test.
    await promisify(execFile)('bash', ['-eo', 'pipefail', '-c', `exec < /dev/null\n${here}`], {
      cwd: packageRoot,
      env: environment,
    });
  });

  it('is run, or on a list that has nothing else', () => {
    const known = new Set(documented.map(({ command }) => command));
    expect(runnable.length).toBeGreaterThan(20);
    expect(Object.keys(cannotRun).filter((command) => !known.has(command))).toEqual([]);
  });
});

test('commands are found across lines, in lists, and not outside of fences', () => {
  const markdown =
    "- a\n\n  ```bash\n  # why\n  one \\\n    two\n  three 'a\n  b'\n  ```\n\n```text\nnone\n```\n";
  expect(commandsOf(markdown)).toEqual(['one \\\n  two', "three 'a\nb'"]);
});

/** `npx` without npm's own start-up, a cluster with one pod, and a `curl` that fails when it is refused. */
function writeStandIns(folder: string, url: string): void {
  const bin = join(packageRoot, 'scripts/jamie.mjs');
  writeScript(
    join(folder, 'npx'),
    `[ "$1" = jamie ] && shift || exit 1\n[ "$1" != ask ] || export JAMIE_URL=${url}\nexec "${process.execPath}" "${bin}" "$@"`,
  );
  writeScript(
    join(folder, 'kubectl'),
    '[ "$1" = describe ] || exit 1\necho "Last State: Terminated, Reason: OOMKilled"',
  );
  writeFileSync(join(folder, '.curlrc'), 'fail\n');
}

function writeScript(path: string, text: string): void {
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

async function idOfAnAnswer(url: string): Promise<string> {
  const response = await fetch(`${url}/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message: 'KubePodCrashLooping is firing' }),
  });
  const { answer_id }: { answer_id: string } = JSON.parse(await response.text());
  return answer_id;
}
