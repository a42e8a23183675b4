import { encode, post, type HttpAnswer } from './events/http-transport';
import { envelope } from './events/payloads';
import { signedHeaders } from './events/signing';
import { commandPayload } from './interactivity/payloads';
import type { Json } from './json';
import type { Platform } from './platform';
import type { Said } from './actor';

/** Requests that Slack would not send, or would send only to test the app. */
export const probeKinds = [
  'bad-signature',
  'other-body',
  'missing-headers',
  'stale',
  'future',
  'future-day',
  'ssl-check',
  'ssl-check-any',
  'foreign-team',
  'foreign-app',
  'null-body',
  'invalid-json',
  'empty-body',
  'large-body',
  'charset',
  'get',
] as const;

export type ProbeKind = (typeof probeKinds)[number];

export interface ProbeResult {
  readonly kind: ProbeKind | 'replay';
  /** Stands in the probe and nowhere else. */
  readonly marker: string;
  readonly ts: string;
  readonly atMs: number;
  /** Absent when the connection broke. */
  readonly status?: number;
  /** Whether the app still answered afterwards. */
  readonly alive: boolean;
}

/** Must be answered with 4xx. */
export const mustRefuse: ReadonlySet<string> = new Set([
  'bad-signature',
  'other-body',
  'missing-headers',
  'stale',
  'future',
  'future-day',
  'ssl-check-any',
]);

interface Forged {
  readonly body: Buffer;
  readonly headers: Record<string, string>;
  readonly method?: string;
}

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const largeBytes = 5 * 1024 * 1024;

/** Attacks the app's HTTP address and keeps what came of it. */
export class Probes {
  readonly results: ProbeResult[] = [];

  constructor(private readonly slack: Platform) {}

  /** @throws when no address was given. */
  async send(kind: ProbeKind): Promise<ProbeResult> {
    const ts = this.slack.world.nextTs();
    const marker = `probe-${this.results.length + 1}-${this.slack.random.id('', 6)}`;
    const forged = this.#forge(kind, this.#event(marker, ts), marker);
    return this.#run({ kind, marker, ts }, forged);
  }

  /** The first event of something said, sent once more, byte for byte. @throws when it was not sent by HTTP. */
  async replay(said: Said): Promise<ProbeResult> {
    const eventId = (await said.delivered)[0]?.eventId ?? '';
    const sent = this.slack.http.sent.get(eventId);
    if (sent === undefined) throw new Error('Only what was delivered over HTTP can be replayed');
    return this.#run({ kind: 'replay', marker: `replay of ${eventId}`, ts: '' }, sent);
  }

  async #run(named: Pick<ProbeResult, 'kind' | 'marker' | 'ts'>, forged: Forged): Promise<ProbeResult> {
    this.slack.journal.note('probe', `${named.kind} ${named.marker}`);
    const atMs = Date.now();
    const status = (await this.#post(forged))?.status;
    const alive = (await this.#post(this.#verification())) !== undefined;
    const result = { ...named, atMs, alive, ...(status === undefined ? {} : { status }) };
    this.results.push(result);
    this.slack.journal.note('probe', `${named.kind} ended with ${status ?? 'a broken connection'}`);
    return result;
  }

  async #post(forged: Forged): Promise<HttpAnswer | undefined> {
    const { eventsUrls, settings } = this.slack;
    const [url] = eventsUrls;
    if (url === undefined) throw new Error('Probes need an eventsUrl');
    const order = { url, timeoutMs: settings.timing.ackTimeoutMs, ...forged };
    return post(order).catch(() => undefined);
  }

  #forge(kind: ProbeKind, event: Json, marker: string): Forged {
    const body = Buffer.from(JSON.stringify(event));
    const nothing = Buffer.alloc(0);
    const badProof = { ...this.#sign(body), 'x-slack-signature': `v0=${'0'.repeat(64)}` };
    const forgeries: Record<ProbeKind, () => Forged> = {
      'bad-signature': () => ({ body, headers: { ...json, ...badProof } }),
      'other-body': () => ({ body, headers: { ...json, ...this.#sign(Buffer.from('{}')) } }),
      'missing-headers': () => ({ body, headers: json }),
      stale: () => ({ body, headers: { ...json, ...this.#sign(body, -301) } }),
      future: () => ({ body, headers: { ...json, ...this.#sign(body, 360) } }),
      'future-day': () => ({ body, headers: { ...json, ...this.#sign(body, 86_400) } }),
      'ssl-check': () => this.#sslCheck('1', event),
      'ssl-check-any': () => this.#sslCheck('x', event),
      'foreign-team': () => this.#raw(JSON.stringify({ ...event, ...foreignTeam })),
      'foreign-app': () => this.#raw(JSON.stringify({ ...event, api_app_id: 'A0FOREIGN' })),
      'null-body': () => this.#raw('null'),
      'invalid-json': () => this.#raw('{"type":"event_callback",'),
      'empty-body': () => this.#raw(''),
      'large-body': () => this.#raw(JSON.stringify({ ...event, padding: 'x'.repeat(largeBytes) })),
      charset: () => this.#charset(marker),
      get: () => ({ body: nothing, headers: this.#sign(nothing), method: 'GET' }),
    };
    return forgeries[kind]();
  }

  #event(marker: string, ts: string): Json {
    const { app } = this.slack;
    const text = `<@${app.userId}> ${marker}`;
    const event = {
      type: 'app_mention',
      user: 'U0ENGINEER',
      text,
      ts,
      team: 'T1',
      channel: 'C0OPS',
      event_ts: ts,
    };
    return envelope(app, this.slack.random.id('Ev'), event);
  }

  #sign(body: Buffer, offsetSeconds = 0): Record<string, string> {
    return signedHeaders(this.slack.app.signingSecret, body, offsetSeconds);
  }

  #raw(text: string): Forged {
    const body = Buffer.from(text);
    return { body, headers: { ...json, ...this.#sign(body) } };
  }

  // Bolt before 4.7.2 let such a request past its signature check, payload and all.
  #sslCheck(value: string, event: Json): Forged {
    const body = Buffer.from(
      new URLSearchParams({ ssl_check: value, payload: JSON.stringify(event) }).toString(),
    );
    return { body, headers: form };
  }

  // A proxy may add a charset; the command may then work or be refused.
  #charset(marker: string): Forged {
    const { app, world, responseUrls, baseUrl, asks, triggers } = this.slack;
    const user = world.user('engineer');
    const channel = world.channel('ops');
    const { id, path } = responseUrls.issue({ kind: 'commands', userId: user.id, channelId: channel.id });
    asks.add({
      kind: 'command',
      userId: user.id,
      channelId: channel.id,
      responseUrlId: id,
      text: marker,
      expect: 'any',
    });
    const said = {
      command: '/ask-jamie',
      text: marker,
      responseUrl: `${baseUrl}${path}`,
      triggerId: triggers.issue(user.id),
    };
    const payload = commandPayload(app, { user, channel }, said);
    const { body } = encode({ kind: 'slash_commands', type: said.command, payload, acceptsResponse: true });
    return {
      body,
      headers: { 'content-type': `${form['content-type']}; charset=utf-8`, ...this.#sign(body) },
    };
  }

  #verification(): Forged {
    const token = this.slack.app.verificationToken;
    const body = Buffer.from(JSON.stringify({ token, challenge: 'alive', type: 'url_verification' }));
    return { body, headers: { ...json, ...this.#sign(body) } };
  }
}

const foreignTeam = {
  team_id: 'T0FOREIGN',
  context_team_id: 'T0FOREIGN',
  authorizations: [
    {
      enterprise_id: null,
      team_id: 'T0FOREIGN',
      user_id: 'U0JAMIE',
      is_bot: true,
      is_enterprise_install: false,
    },
  ],
};
