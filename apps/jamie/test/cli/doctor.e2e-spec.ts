import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OllamaStandIn, ollamaAnswer, ollamaRefusal } from '@jamie/testing';
import { nowhere, startTestJamie } from '../harness';
import { run } from './command-line';
import { doctorAt, saying } from './examined';

let ollama: OllamaStandIn;
const { doctor, complaints, expectOne } = doctorAt(() => ollama.url);
const folder = mkdtempSync(join(tmpdir(), 'runbooks-'));

beforeAll(async () => {
  ollama = await OllamaStandIn.start({ models: ['bruno-sre', 'llama3.2:1b'] });
});
afterAll(async () => {
  await ollama.stop();
  rmSync(folder, { recursive: true });
});

/** A server whose answers are another's, but for fields that it has of its own at one path. */
async function inFrontOf(origin: string, path: string, fields: object) {
  const server = createHttpServer((request, response) => {
    const answer = async (): Promise<void> => {
      const { method = '', url = '' } = request;
      const body = Buffer.concat(await request.toArray());
      const theirs = await fetch(`${origin}${url}`, { method, ...(body.length > 0 && { body }) });
      const text = await theirs.text();
      response.writeHead(theirs.status, { 'content-type': theirs.headers.get('content-type') ?? '' });
      response.end(url === path ? JSON.stringify({ ...JSON.parse(text), ...fields }) : text);
    };
    answer().catch((error: Error) => response.destroy(error));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const stop = (): void => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, stop };
}

describe('jamie doctor, where all is well', () => {
  it('says so line by line, from the built program', async () => {
    const env = { PORT: '0', METRICS_PORT: '0', HOST: '127.0.0.1', OLLAMA_URL: ollama.url };
    const { code, out, err } = await run(['doctor'], { env });
    expect([code, err]).toEqual([0, '']);
    for (const [check, text] of [
      ['settings', '4 settings are set, all of them right'],
      ['runbooks', '\\d+ in /.*/runbooks'],
      ['slack', 'off: SLACK_BOT_TOKEN is not set'],
      ['model', 'Ollama 0.33.0 answers at http://127'],
      ['model', 'bruno-sre is there \\(4.0B, Q4_K_M\\)'],
      ['model', 'bruno-sre answered with its first token after \\d+\\.\\d s'],
      ['model', 'it is loaded with the context that OLLAMA_NUM_CTX asks for, 8192 tokens'],
    ])
      expect(out).toMatch(new RegExp(`^ok +${check} +${text}`, 'm'));
    expect(out).toMatch(/\nNothing is wrong\.\n$/);
  });

  it('knows the ports that Jamie itself holds', async () => {
    const jamie = await startTestJamie();
    try {
      const [PORT = '', METRICS_PORT = ''] = [jamie.url, jamie.metricsUrl].map((url) => new URL(url).port);
      const { code, out } = await doctor({ PORT, METRICS_PORT });
      expect(code).toBe(0);
      expect(out).toMatch(
        new RegExp(`ok +ports +PORT=${PORT} is held by a Jamie \\d+\\.\\d+\\.\\d+ that runs`),
      );
      expect(out).toMatch(new RegExp(`ok +ports +METRICS_PORT=${METRICS_PORT} is held by a Jamie`));
    } finally {
      await jamie.close();
    }
  });
});

describe('jamie doctor names what is wrong, and the fix', () => {
  beforeEach(() => ollama.script(ollamaAnswer('pong')));

  it('all wrong settings, and goes on with the others', async () => {
    const { code, found } = await complaints({ LOG_LEVEL: 'loud', SLACK_APP_TOKEN: 'xapp-1', PORT: 'x' });
    expect(code).toBe(1);
    expect(found.map(({ check, text }) => `${check}: ${text}`)).toEqual([
      saying('settings: PORT must be a whole number'),
      saying('settings: LOG_LEVEL must be one of'),
      saying('settings: SLACK_BOT_TOKEN is missing'),
    ]);
    expect(found.every(({ fix }) => fix?.includes('docs/configuration.md'))).toBe(true);
  });

  it('an open API in production', () =>
    expectOne(
      { ENVIRONMENT: 'production' },
      { check: 'settings', verdict: 'warning', fix: saying('API_KEYS') },
    ));

  it('Ollama that is down', () =>
    expectOne(
      { OLLAMA_URL: nowhere },
      { check: 'model', verdict: 'wrong', text: saying(/start it with `ollama serve`/) },
    ));

  it('something else at its address', async () => {
    const jamie = await startTestJamie();
    try {
      await expectOne(
        { OLLAMA_URL: jamie.url },
        { check: 'model', verdict: 'wrong', text: saying(/check OLLAMA_URL/) },
      );
    } finally {
      await jamie.close();
    }
  });

  it('a model that is not there, with those that are', () =>
    expectOne(
      { MODEL_NAME: 'mistral' },
      {
        check: 'model',
        verdict: 'wrong',
        text: saying(
          /does not have the model mistral \(it has: bruno-sre:latest, llama3\.2:1b\); create it with `ollama create/,
        ),
      },
    ));

  it('a model that fails', async () => {
    ollama.script(
      ollamaRefusal(500, '{"error":"model requires more system memory (9 GiB) than is available"}'),
    );
    await expectOne(
      {},
      { check: 'model', verdict: 'wrong', text: saying(/not enough memory .* take a smaller model/) },
    );
  });

  it.each([
    [
      'a model that cannot chat',
      '/api/show',
      { capabilities: ['embedding'] },
      { verdict: 'wrong', text: saying('does not chat'), fix: 'set MODEL_NAME to one that does' },
    ],
    [
      'a server that gives less context than is asked for',
      '/api/ps',
      { models: [{ name: 'bruno-sre:latest', context_length: 4096 }] },
      {
        verdict: 'warning',
        text: saying('a context of 4096 tokens'),
        fix: saying('^set OLLAMA_NUM_CTX=4096'),
      },
    ],
  ] as const)('%s', async (_what, path, body, expected) => {
    const server = await inFrontOf(ollama.url, path, body);
    try {
      await expectOne({ OLLAMA_URL: server.url }, { check: 'model', ...expected });
    } finally {
      server.stop();
    }
  });

  it('a context that is longer than the model was trained for, or full of the answer', async () => {
    const { found } = await complaints({ OLLAMA_NUM_CTX: '500000', OLLAMA_NUM_PREDICT: '131072' });
    expect(found).toContainEqual(
      expect.objectContaining({ verdict: 'warning', fix: saying('set OLLAMA_NUM_CTX=262144') }),
    );
    const small = await complaints({ OLLAMA_NUM_CTX: '2048', OLLAMA_NUM_PREDICT: '2000' });
    expect(small.found).toContainEqual(
      expect.objectContaining({ verdict: 'warning', fix: saying('set OLLAMA_NUM_PREDICT to 1024 or less') }),
    );
  });

  it('a port that something else holds', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const PORT = String(typeof address === 'object' ? address?.port : '');
    try {
      await expectOne(
        { PORT },
        { check: 'ports', verdict: 'wrong', text: saying(`port ${PORT} .*Set PORT to another`) },
      );
    } finally {
      holder.close();
    }
  });

  it('Redis that is down', () =>
    expectOne(
      { REDIS_URL: 'redis://user:hidden@127.0.0.1:1' },
      {
        check: 'redis',
        verdict: 'wrong',
        text: saying('^Redis at 127.0.0.1:1 cannot be used'),
        fix: saying('REDIS_URL'),
      },
    ));

  it('runbooks that cannot be read, and a folder without any', async () => {
    await expectOne(
      { RUNBOOKS_DIR: folder },
      { check: 'runbooks', verdict: 'wrong', fix: saying('put Markdown files') },
    );
    writeFileSync(join(folder, 'good.md'), '# Good\n\nText.\n');
    writeFileSync(join(folder, 'bad.md'), Buffer.from([0x23, 0x20, 0xff, 0xfe, 0x0a]));
    await expectOne(
      { RUNBOOKS_DIR: folder },
      {
        check: 'runbooks',
        verdict: 'warning',
        text: saying('^bad.md is skipped: it is not UTF-8'),
        fix: saying('repair'),
      },
    );
  });
});
