import { once } from 'node:events';
import { createServer } from 'node:http';
import { OllamaStandIn, ollamaAnswer, ollamaFailures } from '@jamie/testing';
import { type TestJamie, nowhere, startTestJamie } from '../harness';
import { run, startCommand, untilPrinted } from './command-line';

const question = 'KubePodCrashLooping is firing, what do I do?';
const key = 'a-long-random-key';

let ollama: OllamaStandIn;
let jamie: TestJamie;

beforeAll(async () => {
  ollama = await OllamaStandIn.start();
  jamie = await startTestJamie({ OLLAMA_URL: ollama.url });
});
afterAll(async () => {
  await jamie.close();
  await ollama.stop();
});

const at = (): Readonly<Record<string, string>> => ({ JAMIE_URL: jamie.url });
const lastQuestion = (): string => JSON.stringify(ollama.journal.of('chat').at(-1)?.body);

describe('jamie ask', () => {
  it('prints the answer as it is and its sources, and nothing else, when it is piped', async () => {
    ollama.script(ollamaAnswer('Read the **log** with `kubectl logs` [1].'));
    const { code, out, err } = await run(['ask', question], { env: at() });
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(
      /^Read the \*\*log\*\* with `kubectl logs` \[1\]\.\n\nSources:\n {2}\[1\] KubePodCrashLooping.*\(kubernetes\/workloads\/KubePodCrashLooping\.md\)\n/,
    );
  });

  it('--json prints the whole body of POST /chat', async () => {
    ollama.script(ollamaAnswer('An answer.'));
    const { code, out } = await run(['ask', '--json', '--url', `${jamie.url}/`, ...question.split(' ')]);
    const body = JSON.parse(out);
    expect(code).toBe(0);
    expect(body).toMatchObject({ response: 'An answer.', answered_by: 'model', degraded: false });
    const asked = JSON.parse(await (await jamie.chat({ message: question })).text());
    expect(Object.keys(body).sort()).toEqual(Object.keys(asked).sort());
  });

  it('sends what is piped in as context, both ends of it, and says what it left out', async () => {
    ollama.script(ollamaAnswer('Seen.'));
    const long = `the first line\n${'noise 🔥 \u001b[31m\u0001\n'.repeat(20_000)}Last State: OOMKilled\n`;
    const { code, err } = await run(['ask', 'why does this crash?'], { env: at(), input: long });
    expect(code).toBe(0);
    expect(err).toMatch(
      /^jamie ask: of [\d,]+ characters of input the first [\d,]+ and the last [\d,]+ are sent/,
    );
    expect(lastQuestion()).toContain('the first line');
    expect(lastQuestion()).toContain('Last State: OOMKilled');
  });

  it('goes on with a conversation', async () => {
    ollama.script(ollamaAnswer('The disk of node seven.'));
    const first = JSON.parse((await run(['ask', '--json', 'Which disk is full?'], { env: at() })).out);
    await run(['ask', '--conversation', first.conversation_id, 'And why?'], { env: at() });
    expect(lastQuestion()).toContain('The disk of node seven.');
  });

  it('stops the model at Ctrl-C', async () => {
    ollama.script(ollamaAnswer(['begun ', 'never'], { ending: { kind: 'stall' } }));
    const asking = startCommand(['ask', 'hm?'], { env: at() });
    await untilPrinted(asking, 'begun');
    asking.child.kill('SIGINT');
    expect(await asking.ended()).toMatchObject({ code: 130, err: '' });
    await ollama.journal.until((journal) => journal.of('chat').at(-1)?.state === 'cancelled', 20_000);
  });

  it('answers from the runbooks without a model, and says so', async () => {
    ollama.script(ollamaFailures.hang());
    const { code, out } = await run(['ask', '--local', question], { env: { OLLAMA_URL: nowhere } });
    expect(code).toBe(0);
    expect(out).toContain('**The model is not available**');
    expect(out).toContain('## KubePodCrashLooping');
  });

  it('--local answers in the process, with the model of the settings', async () => {
    ollama.script(ollamaAnswer('A local answer.'));
    const { code, out, err } = await run(['ask', '--local', '--json', question], {
      env: { OLLAMA_URL: ollama.url, PORT: '1', SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 's' },
    });
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toMatchObject({ response: 'A local answer.', answered_by: 'model' });
  });
});

describe('what went wrong is one sentence that says what to do', () => {
  it.each([
    [['ask'], 2, /^jamie ask: There is no question: put it in quotes\. See jamie ask --help\.\n$/],
    [['ask', '--frob', 'x'], 2, /^jamie ask: Unknown option '--frob'\. See jamie ask --help\.\n$/],
    [['ask', 'x', '--url'], 2, /^jamie ask: --url needs a value\. See jamie ask --help\.\n$/],
    [['ask', '--url', 'localhost', 'x'], 2, /^jamie ask: --url \(or JAMIE_URL\) must be an http:\/\//],
    [['ask', '--local', '--conversation', 'c', 'x'], 2, /^jamie ask: --conversation needs a running Jamie/],
    [
      ['ask', '--url', nowhere, 'x'],
      1,
      /^jamie ask: Jamie cannot be reached at http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\): start it with `npm start`/,
    ],
    [
      ['aks', 'x'],
      2,
      /^jamie does not know "aks"; it knows ask, runbooks, eval, doctor\. See jamie --help\.\n$/,
    ],
    [
      ['runbooks'],
      2,
      /^jamie runbooks needs one more word; it knows list, search, show\. See jamie runbooks --help\.\n$/,
    ],
    [['doctor', 'extra'], 2, /^jamie doctor: Unexpected argument 'extra'\. See jamie doctor --help\.\n$/],
  ] as const)('jamie %j', async (args, code, sentence) => {
    const ran = await run(args);
    expect(ran).toEqual({ code, out: '', err: expect.stringMatching(sentence) });
  });

  it('names a wrong field as wrong usage', async () => {
    const { code, err } = await run(['ask', '--conversation', 'not one', 'x'], { env: at() });
    expect(code).toBe(2);
    expect(err).toMatch(/^jamie ask: conversation_id must be 1 to 128 of/);
  });

  it('asks for the key, and takes it', async () => {
    const locked = await startTestJamie({ API_KEYS: key });
    try {
      const env = { JAMIE_URL: locked.url };
      const refused = await run(['ask', question], { env });
      expect(refused).toMatchObject({ code: 1, err: expect.stringContaining('JAMIE_API_KEY or --api-key') });
      const admitted = await run(['ask', question], { env: { ...env, JAMIE_API_KEY: key } });
      expect(admitted.code).toBe(0);
    } finally {
      await locked.close();
    }
  });

  it('tells a server that is not Jamie, and an answer that broke off', async () => {
    let breakOff: () => void = () => undefined;
    const stranger = createServer((request, response) => {
      if (request.url === '/other/chat') {
        response.end('<html>');
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: text-delta\ndata: {"text":"half"}\n\n');
      breakOff = () => response.destroy();
    }).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const address = stranger.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    try {
      const other = await run(['ask', '--url', `${url}/other`, 'x']);
      expect(other).toMatchObject({ code: 1, err: expect.stringContaining('is not Jamie (status 200)') });
      const asking = startCommand(['ask', '--url', url, 'x']);
      await untilPrinted(asking, 'half');
      breakOff();
      expect(await asking.ended()).toMatchObject({ code: 1, err: expect.stringContaining('broke off') });
    } finally {
      stranger.close();
    }
  });
});
