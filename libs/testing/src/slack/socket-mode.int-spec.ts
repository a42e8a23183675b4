import { WebSocket } from 'ws';
import { isJson, parseJson, textField, type Json } from './json';
import { SlackStandIn } from './slack-stand-in';
import { boltOverSockets, honest, type BoltBot } from './spec-bots';
import { call, patient } from './spec-support';

/** A client without any SDK, that does exactly what a test tells it. */
interface Client {
  readonly socket: WebSocket;
  readonly frames: Json[];
  send(frame: unknown): void;
}

describe('Socket Mode', () => {
  let slack: SlackStandIn;
  let bolt: BoltBot | undefined;
  const clients: Client[] = [];

  const begin = async (ackTimeoutMs = 3_000): Promise<void> => {
    const timing = { retryDelaysMs: [0, 20, 20], eventSpreadMs: 5, ackTimeoutMs, socketWarningMs: 40 };
    slack = await new SlackStandIn({ transport: 'socket', timing, rateLimits: 'off' }).start();
  };
  afterEach(async () => {
    await bolt?.stop();
    bolt = undefined;
    for (const { socket } of clients.splice(0)) socket.terminate();
    slack.stop();
  });

  const ticketUrl = async (): Promise<string> =>
    String((await call(slack, 'apps.connections.open', {}, slack.app.appToken)).body['url']);

  /** Acknowledges by itself unless told not to. */
  const connect = async (acknowledges = true): Promise<Client> => {
    const socket = new WebSocket(await ticketUrl());
    const frames: Json[] = [];
    const client = { socket, frames, send: (frame: unknown) => socket.send(JSON.stringify(frame)) };
    clients.push(client);
    socket.on('message', (data: Buffer) => {
      const frame = parseJson(data.toString('utf8'));
      if (!isJson(frame)) return;
      frames.push(frame);
      if (acknowledges && frame['envelope_id'] !== undefined)
        client.send({ envelope_id: frame['envelope_id'] });
    });
    await arrived(client, 1);
    return client;
  };

  const arrived = async (client: Client, frames: number): Promise<void> => {
    while (client.frames.length < frames)
      await new Promise((resolve) => client.socket.once('message', resolve));
  };
  const envelopes = (client: Client): Json[] => client.frames.filter(({ type }) => type === 'events_api');
  const violations = (): string[] => slack.journal.violations.map(({ id }) => id);
  const say = (text = 'x'): ReturnType<ReturnType<SlackStandIn['as']>['say']> =>
    slack.as('engineer').say('ops', text);

  it('opens a socket for a ticket, once', async () => {
    await begin();
    const url = await ticketUrl();
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/link\/\?ticket=[\w-]+&app_id=A0JAMIE$/);
    const first = new WebSocket(url);
    await new Promise((resolve) => first.once('open', resolve));
    const second = new WebSocket(url);
    const refused = await new Promise((resolve) => second.once('error', resolve));
    expect(String(refused)).toContain('401');
    first.terminate();
  });

  it('greets, then sends envelopes that want an acknowledgement', async () => {
    await begin();
    const client = await connect();
    const [delivery] = await say().delivered;
    expect(client.frames[0]).toMatchObject({ type: 'hello', num_connections: 1 });
    expect(envelopes(client)[0]).toMatchObject({
      type: 'events_api',
      accepts_response_payload: false,
      retry_attempt: 0,
      payload: { type: 'event_callback', event: { text: 'x' } },
    });
    expect(delivery).toMatchObject({ outcome: 'acked' });
    expect(violations()).toEqual([]);
  });

  it('delivers again what nobody acknowledged, three times', async () => {
    await begin(100);
    const client = await connect(false);
    const [delivery] = await say().delivered;
    expect(delivery).toMatchObject({ outcome: 'failed' });
    expect(envelopes(client).map(({ retry_attempt }) => retry_attempt)).toEqual([0, 1, 2, 3]);
    expect(envelopes(client)[1]).toMatchObject({ retry_reason: 'timeout' });
    expect(slack.verdict(patient).map(({ id }) => id)).toContain('event.lost');
  });

  it('never repeats commands and tells the person instead', async () => {
    await begin(100);
    const client = await connect(false);
    const delivery = await slack.as('engineer').command('/ask-jamie', 'why?', 'ops').delivered;
    expect(delivery).toMatchObject({ outcome: 'failed' });
    expect(client.frames.filter(({ type }) => type === 'slash_commands')).toHaveLength(1);
    expect(slack.transcript.notices('engineer')).toEqual([
      '/ask-jamie failed with the error "operation_timeout"',
    ]);
  });

  it('shows what the acknowledgement of a command carries', async () => {
    await begin();
    const client = await connect(false);
    client.socket.on('message', (data: Buffer) => {
      const envelope_id = textField(parseJson(data.toString('utf8')), 'envelope_id');
      if (envelope_id !== undefined) client.send({ envelope_id, payload: { text: 'at once' } });
    });
    const asked = slack.as('engineer').command('/ask-jamie', 'why?', 'ops');
    await asked.delivered;
    expect(slack.transcript.ephemerals('engineer').map(({ text }) => text)).toEqual(['at once']);
    await say().delivered;
    expect(violations()).toEqual(['socket.payload']);
  });

  it('notices acknowledgements that are doubled, unknown, or on another socket', async () => {
    await begin();
    const deaf = await connect(false);
    say();
    await arrived(deaf, 2);
    const other = await connect(false);
    const envelope_id = deaf.frames[1]?.['envelope_id'];
    other.send({ envelope_id });
    await slack.waitFor('the stray one', () => violations().length === 1);
    deaf.send({ envelope_id });
    deaf.send({ envelope_id });
    deaf.send({ envelope_id: 'made-up' });
    deaf.send('nonsense');
    await slack.waitFor('the others', () => violations().length === 4);
    expect(violations().toSorted()).toEqual([
      'socket.bad-frame',
      'socket.double-ack',
      'socket.stray-ack',
      'socket.unknown-envelope',
    ]);
  });

  it('sends each envelope to any one of the sockets', async () => {
    await begin();
    const [first, second] = [await connect(), await connect()];
    await Promise.all(Array.from({ length: 20 }, () => say().delivered));
    const counts = [first, second].map((client) => envelopes(client).length);
    expect(Math.min(...counts)).toBeGreaterThan(2);
    expect(counts.reduce((sum, count) => sum + count)).toBe(20);
  });

  it('refuses an eleventh socket', async () => {
    await begin();
    for (let index = 0; index < 10; index += 1) await connect();
    const eleventh = await connect();
    expect(eleventh.frames[0]).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
    expect(violations()).toEqual(['socket.too-many']);
    expect(slack.sockets.open).toHaveLength(10);
  });

  it('warns, refreshes and resets', async () => {
    await begin();
    const [warned, refreshed, reset] = [await connect(), await connect(), await connect()];
    const [first, second, third] = slack.sockets.connections;
    slack.sockets.warn(first);
    slack.sockets.refresh(second);
    slack.sockets.reset(third);
    await slack.waitFor('all closed', () => slack.sockets.open.length === 0);
    expect(warned.frames.at(-1)).toMatchObject({ type: 'disconnect', reason: 'warning' });
    expect(refreshed.frames.at(-1)).toMatchObject({ type: 'disconnect', reason: 'refresh_requested' });
    expect(reset.frames.at(-1)).toMatchObject({ type: 'hello' });
  });

  it('keeps events until a socket is open', async () => {
    await begin();
    const said = say('while nobody listened');
    const client = await connect();
    await said.delivered;
    expect(envelopes(client)).toHaveLength(1);
  });

  it('goes on feeding a dead socket its share, and delivers that again elsewhere', async () => {
    await begin(400);
    const dead = await connect();
    slack.sockets.halfOpen();
    const said = say();
    await slack.waitFor('the lost attempt', () => slack.journal.tail().includes('timeout'));
    const alive = await connect();
    slack.sockets.reset(slack.sockets.connections[0]);
    await said.delivered;
    expect([envelopes(dead).length, envelopes(alive).length]).toEqual([0, 1]);
    expect(slack.verdict(patient)).toEqual([]);
  });

  it('turns Socket Mode off for good', async () => {
    await begin();
    const client = await connect();
    slack.sockets.disableLink();
    expect((await call(slack, 'apps.connections.open', {}, slack.app.appToken)).body['error']).toBe(
      'forbidden_team',
    );
    expect(client.frames.at(-1)).toMatchObject({ reason: 'link_disabled' });
    expect(violations()).toEqual(['socket.reopened']);
  });

  it("brings an ask over the SDK's reconnect", async () => {
    await begin();
    bolt = await boltOverSockets(slack, honest);
    bolt.hurryReconnect();
    slack.sockets.refresh();
    const said = slack.as('engineer').mention('ops', 'why?');
    await slack.waitForAnswer(said);
    await said.delivered;
    expect(slack.sockets.connections).toHaveLength(2);
    expect(slack.verdict(patient)).toEqual([]);
  });

  it('finds nothing wrong with an honest bot made with Bolt', async () => {
    await begin();
    bolt = await boltOverSockets(slack, honest);
    const said = slack.as('engineer').mention('ops', 'why?', { delivery: { copies: 1, loseAcks: 1 } });
    const asked = slack.as('onCall').command('/ask-jamie', 'why?', 'secret');
    await slack.waitForAnswer(said);
    const [line] = await slack.waitForAnswer(asked);
    expect(line).toMatchObject({ ephemeral: true, text: 'It is the database.' });
    await said.delivered;
    await slack.quiet(50);
    expect(slack.verdict(patient)).toEqual([]);
  });
});
