import { inspect } from 'node:util';
import { ModelError } from '@jamie/core';
import {
  type OllamaBehaviour,
  ollamaAnswer,
  ollamaFailures,
  OllamaStandIn,
  RecordingModelObserver,
} from '@jamie/testing';
import { ask, type StartedModel, startModel } from '../test/started-model';

let server: OllamaStandIn;
let observer: RecordingModelObserver;
let started: StartedModel;

beforeEach(async () => {
  server = await OllamaStandIn.start();
  observer = new RecordingModelObserver();
  started = await startModel(observer, server.url, {
    firstTokenTimeoutMs: 800,
    idleTimeoutMs: 400,
    totalTimeoutMs: 10_000,
    maxLineBytes: 32_000,
  });
  await server.journal.until((journal) => journal.count('load', 'finished') === 1);
});
afterEach(async () => {
  await started.close();
  await server.stop();
});

const chats = () => server.journal.count('chat');

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

interface Row {
  readonly what: string;
  readonly behaviour: OllamaBehaviour;
  readonly code: ModelError['code'];
  readonly says: RegExp;
  /** How often it is sent when it fails every time. */
  readonly sent: number;
  readonly retryable?: false;
  /** What was passed on before; the failure comes only after that was heard. */
  readonly text?: string;
}

const rows: readonly Row[] = [
  {
    what: 'the runner died before the first token',
    behaviour: ollamaFailures.runnerDied(),
    code: 'OllamaBadResponse',
    says: /runner stopped/,
    sent: 2,
  },
  {
    what: 'the runner died at the very first line',
    behaviour: ollamaFailures.runnerDiedAfter(),
    code: 'OllamaStreamInterrupted',
    says: /gave up/,
    sent: 2,
  },
  {
    what: 'the runner died in the middle',
    behaviour: ollamaFailures.runnerDiedAfter('The disk '),
    code: 'OllamaStreamInterrupted',
    says: /gave up in the middle/,
    sent: 1,
    text: 'The disk ',
  },
  {
    what: 'the stream ends without a done line',
    behaviour: ollamaFailures.noDoneAfter('The disk '),
    code: 'OllamaStreamInterrupted',
    says: /before it was complete/,
    sent: 1,
    text: 'The disk ',
  },
  {
    what: 'the stream ends with nothing in it',
    behaviour: ollamaFailures.noDoneAfter(),
    code: 'OllamaStreamInterrupted',
    says: /before it was complete/,
    sent: 2,
  },
  {
    what: 'the connection is cut in the middle',
    behaviour: ollamaFailures.cutAfter('The disk '),
    code: 'OllamaStreamInterrupted',
    says: /broke in the middle/,
    sent: 1,
    text: 'The disk ',
  },
  {
    what: 'the connection is reset in the middle',
    behaviour: ollamaFailures.resetAfter('The disk '),
    code: 'OllamaStreamInterrupted',
    says: /broke in the middle/,
    sent: 1,
    text: 'The disk ',
  },
  {
    what: 'the connection is cut before the headers',
    behaviour: ollamaFailures.cut(),
    code: 'OllamaStreamInterrupted',
    says: /broke before the answer/,
    sent: 4,
  },
  {
    what: 'the connection is reset before the headers',
    behaviour: ollamaFailures.reset(),
    code: 'OllamaStreamInterrupted',
    says: /broke before the answer/,
    sent: 4,
  },
  {
    what: 'the model is missing',
    behaviour: ollamaFailures.modelMissing('bruno-sre'),
    code: 'OllamaModelNotFound',
    says: /does not have the model bruno-sre \(it has: bruno-sre:latest\); create it with `ollama create bruno-sre -f models\/bruno-sre\/Modelfile`/,
    sent: 1,
    retryable: false,
  },
  {
    what: 'the body is refused',
    behaviour: ollamaFailures.badRequest(),
    code: 'OllamaRequestRejected',
    says: /refused the request/,
    sent: 1,
    retryable: false,
  },
  {
    what: 'an option has the wrong type',
    behaviour: ollamaFailures.badOption(),
    code: 'OllamaRequestRejected',
    says: /refused the request/,
    sent: 1,
    retryable: false,
  },
  {
    what: 'the model cannot chat',
    behaviour: ollamaFailures.chatUnsupported('bruno-sre'),
    code: 'OllamaRequestRejected',
    says: /cannot chat; set MODEL_NAME/,
    sent: 1,
    retryable: false,
  },
  {
    what: 'the queue is full',
    behaviour: ollamaFailures.queueFull(),
    code: 'OllamaBusy',
    says: /more requests than it takes/,
    sent: 4,
  },
  {
    what: 'there is no slot',
    behaviour: ollamaFailures.noSlot(),
    code: 'OllamaBusy',
    says: /more requests than it takes/,
    sent: 4,
  },
  {
    what: 'a cloud server is overloaded',
    behaviour: ollamaFailures.overloaded(),
    code: 'OllamaBusy',
    says: /more requests than it takes/,
    sent: 4,
  },
  {
    what: 'the load failed',
    behaviour: ollamaFailures.loadFailed(),
    code: 'OllamaBadResponse',
    says: /could not load the model bruno-sre/,
    sent: 2,
  },
  {
    what: 'memory is too small',
    behaviour: ollamaFailures.outOfMemory(),
    code: 'OllamaBadResponse',
    says: /not enough memory .* lower OLLAMA_NUM_CTX/,
    sent: 2,
  },
  {
    what: 'the memory of the card is too small',
    behaviour: ollamaFailures.outOfDeviceMemory(),
    code: 'OllamaBadResponse',
    says: /not enough memory/,
    sent: 2,
  },
  {
    what: 'the prompt is too long, native path',
    behaviour: ollamaFailures.nativeOverflow(42_947, 8192),
    code: 'OllamaRequestRejected',
    says: /too long for the model \(42947 tokens, room for 8192\)/,
    sent: 1,
    retryable: false,
  },
  {
    what: 'the prompt is too long, rendered path',
    behaviour: ollamaFailures.renderedOverflow(),
    code: 'OllamaRequestRejected',
    says: /too long for the model;/,
    sent: 1,
    retryable: false,
  },
  {
    what: 'access is forbidden',
    behaviour: ollamaFailures.forbidden(),
    code: 'OllamaRequestRejected',
    says: /refused access/,
    sent: 1,
    retryable: false,
  },
  {
    what: 'the user is unknown',
    behaviour: ollamaFailures.unauthorised(),
    code: 'OllamaRequestRejected',
    says: /check user and password/,
    sent: 1,
    retryable: false,
  },
  {
    what: 'a proxy answers with HTML',
    behaviour: ollamaFailures.proxyError(),
    code: 'OllamaBadResponse',
    says: /before Ollama .* could not reach it/,
    sent: 4,
  },
  {
    what: 'a line is garbage',
    behaviour: ollamaFailures.garbageAfter('The disk '),
    code: 'OllamaBadResponse',
    says: /not a line of its protocol/,
    sent: 1,
    text: 'The disk ',
  },
  {
    what: 'a line has no end',
    behaviour: ollamaFailures.veryLongLine(40_000),
    code: 'OllamaBadResponse',
    says: /more than 32000 bytes/,
    sent: 2,
  },
  {
    what: 'the answer is empty',
    behaviour: ollamaFailures.emptyAnswer(),
    code: 'OllamaBadResponse',
    says: /empty answer/,
    sent: 2,
  },
  {
    what: 'the answer is blank',
    behaviour: ollamaAnswer([' ', '\n\n']),
    code: 'OllamaBadResponse',
    says: /empty answer/,
    sent: 2,
  },
  {
    what: 'the model thought until its limit',
    behaviour: ollamaFailures.thinkingOnly(),
    code: 'OllamaBadResponse',
    says: /thought, but wrote no answer.*raise it/,
    sent: 2,
  },
  {
    what: 'nothing ever comes',
    behaviour: ollamaFailures.hang(),
    code: 'OllamaTimeout',
    says: /did not begin to answer within 0.8 s/,
    sent: 1,
  },
  {
    what: 'it falls silent in the middle',
    behaviour: ollamaFailures.stallAfter('The disk '),
    code: 'OllamaTimeout',
    says: /fell silent in the middle of its answer for 0.4 s/,
    sent: 1,
    text: 'The disk ',
  },
  {
    what: 'headers come and nothing more',
    behaviour: ollamaFailures.stallAfter(),
    code: 'OllamaTimeout',
    says: /did not begin to answer/,
    sent: 1,
  },
];

describe('every failure has one name, one sentence and its own number of attempts', () => {
  it.each(rows)('$what', async (row) => {
    const { promise: endAfter, resolve: hearText } = deferred();
    const { behaviour } = row;
    const held = behaviour.kind === 'answer' && row.text !== undefined;
    server.script(held ? { ...behaviour, endAfter } : behaviour);
    const secret = [{ role: 'user', content: 'zebra-secret' }] as const;
    const heard = await ask(started.model, undefined, secret, hearText);
    expect(heard.thrown).toBeInstanceOf(ModelError);
    expect(inspect(heard.thrown, { depth: 10 })).not.toContain('zebra');
    expect(heard.thrown).toMatchObject({
      code: row.code,
      retryable: row.retryable ?? true,
      message: expect.stringMatching(row.says),
      promptTooLong: row.what.startsWith('the prompt is too long'),
    });
    expect(heard.text).toBe(row.text ?? '');
    expect([chats(), observer.errors]).toEqual([row.sent, Array.from({ length: row.sent }, () => row.code)]);
    expect([observer.successes, observer.cancelledCount, observer.rejectedCount]).toEqual([0, 0, 0]);
  });

  it.each(rows.filter((row) => row.sent > 1))('when $what, the next attempt may succeed', async (row) => {
    server.next(row.behaviour);
    const heard = await ask(started.model);
    expect(heard).toMatchObject({ text: 'The disk is full.', thrown: undefined });
    expect([observer.errors, observer.successes]).toEqual([[row.code], 1]);
  });
});

it('says what a server that echoes the question said without the question', async () => {
  server.script({ ...ollamaFailures.badRequest('cannot parse: zebra-secret') });
  const heard = await ask(started.model, undefined, [{ role: 'user', content: 'zebra-secret' }]);
  expect(inspect(heard.thrown, { depth: 10 })).not.toContain('zebra');
});

it('takes a last line with a reason but without done as the end', async () => {
  server.script(ollamaFailures.doneReasonOnlyAfter('All ', 'good.'));
  expect(await ask(started.model)).toMatchObject({ text: 'All good.', done: { finishReason: 'stop' } });
});

it('says that an answer was cut at its limit', async () => {
  server.script(ollamaAnswer('cut', { ending: { kind: 'done', reason: 'length' } }));
  expect(await ask(started.model)).toMatchObject({ text: 'cut', done: { finishReason: 'length' } });
});

it.each(['split', 'crlf'] as const)('reads %s lines without losing a character', async (framing) => {
  const text = 'Grüße 🚨 – „Platte“ ist voll ✓';
  server.script(ollamaAnswer(text, { framing }));
  expect(await ask(started.model)).toMatchObject({ text, thrown: undefined });
});

it('leaves the field think out, once and for all, when the server refuses it', async () => {
  server.script((request) =>
    'think' in request.raw && request.raw['think'] !== undefined
      ? ollamaFailures.thinkingUnsupported('bruno-sre')
      : ollamaAnswer('fine'),
  );
  expect(await ask(started.model)).toMatchObject({ text: 'fine' });
  expect(await ask(started.model)).toMatchObject({ text: 'fine' });
  expect(observer.errors).toEqual(['OllamaRequestRejected']);
  expect(server.journal.of('chat').map((entry) => entry.body?.['think'])).toEqual([
    false,
    undefined,
    undefined,
  ]);
});

it('names the whole limit when an answer takes too long altogether', async () => {
  await started.close();
  started = await startModel(observer, server.url, { totalTimeoutMs: 300 });
  server.script(
    ollamaAnswer(
      Array.from({ length: 100 }, () => 'on '),
      { chunkDelayMs: 10 },
    ),
  );
  const heard = await ask(started.model);
  expect(heard.thrown).toMatchObject({
    code: 'OllamaTimeout',
    message: expect.stringMatching(/did not finish its answer within 0.3 s/),
  });
  expect(heard.text).toContain('on ');
});

describe('when the server is stopped', () => {
  const unreachable = (count: number) => Array.from({ length: count }, () => 'OllamaUnreachable');

  it('names the address and how to start it, and asks once when it was not there before', async () => {
    await server.stop();
    await started.model.check(new AbortController().signal);
    observer.clear();
    const heard = await ask(started.model);
    expect(heard.thrown).toMatchObject({ code: 'OllamaUnreachable', retryable: true });
    expect(String(heard.thrown)).toContain(server.url);
    expect(String(heard.thrown)).toContain('`ollama serve`');
    // The first attempt may still meet the connection that the warm-up left open.
    expect(observer.errors.filter((code) => code !== 'OllamaStreamInterrupted')).toEqual(unreachable(1));
  });

  it('asks three times more when it was there a moment ago', async () => {
    await started.model.check(new AbortController().signal);
    await server.stop();
    expect((await ask(started.model)).thrown).toMatchObject({ code: 'OllamaUnreachable' });
    expect(observer.errors.slice(1)).toEqual(unreachable(3));
  });

  it('answers as soon as it is back, and loads the model by a request of its own', async () => {
    await server.stop();
    await ask(started.model);
    await server.start();
    expect(await ask(started.model)).toMatchObject({
      text: 'The disk is full.',
      types: expect.arrayContaining(['loading']),
    });
    expect(server.journal.count('load', 'finished')).toBe(2);
  });

  it('asks again when a restart came before the first word', async () => {
    server.next(ollamaFailures.hang());
    const asking = ask(started.model);
    await server.journal.until((journal) => journal.count('chat', 'waiting') === 1);
    await server.restart();
    expect(await asking).toMatchObject({ text: 'The disk is full.', thrown: undefined });
    expect([observer.errors, observer.successes]).toEqual([['OllamaStreamInterrupted'], 1]);
  });
});

it('names the models that are there when ours is not, with the command that makes it', async () => {
  server.install('llama3.2:3b', 'qwen3:4b');
  const heard = await ask(started.model);
  expect(String(heard.thrown)).toContain('(it has: llama3.2:3b, qwen3:4b)');
  server.install();
  expect(String((await ask(started.model)).thrown)).toContain('(it has no models yet)');
});
