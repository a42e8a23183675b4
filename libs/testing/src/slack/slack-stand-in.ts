import { Actor, type Said } from './actor';
import { Admin } from './admin';
import type { Fault, FaultPlan, PlannedFault } from './faults';
import { SlackHttpServer } from './http-server';
import type { Interaction } from './interactor';
import type { ApiCall, Journal } from './journal';
import type { SlackStandInOptions } from './options';
import { buildPlatform, type Platform } from './platform';
import { Probes } from './probes';
import { Transcript, type Line } from './transcript';
import { boundsFrom, type Finding, type VerdictOptions } from './verdict/finding';
import { judge } from './verdict/verdict';
import type { InstalledApp } from './world/app';
import type { World } from './world/world';
import type { SocketMode } from './events/socket-mode';

interface AnswerOptions {
  /** Wait until the answer holds this. */
  readonly containing?: string | RegExp;
  readonly timeoutMs?: number;
}

/** Long enough for what lies on the wires of loopback to arrive. */
const momentMs = 40;

/** A strict local Slack on loopback, that judges a bot from outside. One for each test. */
export class SlackStandIn {
  /** Channels, rights, tokens, alerts: what happens around the app. */
  readonly admin: Admin;
  /** What people see. */
  readonly transcript: Transcript;
  /** Hostile requests to the app's HTTP address. */
  readonly probes: Probes;
  readonly #platform: Platform;
  readonly #server: SlackHttpServer;

  constructor(options: SlackStandInOptions = {}) {
    this.#platform = buildPlatform(options);
    this.#server = new SlackHttpServer(this.#platform);
    this.admin = new Admin(this.#platform);
    this.transcript = new Transcript(this.#platform);
    this.probes = new Probes(this.#platform);
  }

  async start(): Promise<this> {
    await this.#server.start();
    return this;
  }

  /** Ends every connection and timer. */
  stop(): void {
    this.#platform.timers.stop();
    this.#platform.sockets.stop();
    this.#server.close();
  }

  /** What the bot needs in its environment: base address and secrets, for the transport in use. */
  env(): Record<string, string> {
    const { app, settings } = this.#platform;
    const proof =
      settings.transport === 'socket'
        ? { SLACK_APP_TOKEN: app.appToken }
        : { SLACK_SIGNING_SECRET: app.signingSecret };
    return { SLACK_API_URL: this.apiUrl, SLACK_BOT_TOKEN: app.botToken, ...proof };
  }

  get apiUrl(): string {
    return `${this.#platform.baseUrl}/api/`;
  }

  get app(): InstalledApp {
    return this.#platform.app;
  }

  get world(): World {
    return this.#platform.world;
  }

  get journal(): Journal {
    return this.#platform.journal;
  }

  /** The app's Socket Mode connections, and what can be done to them. */
  get sockets(): SocketMode {
    return this.#platform.sockets;
  }

  /** HTTP mode: where events, commands and clicks are posted. Of several replicas each attempt picks any. */
  deliverTo(...eventsUrls: readonly string[]): void {
    this.#platform.eventsUrls = eventsUrls;
  }

  /** Socket Mode: connections are opened there from now on, through a proxy for example. */
  socketsAt(origin: string): void {
    this.#platform.socketOrigin = origin;
  }

  /** A person or bot by key: owner, engineer, onCall, multiGuest, singleGuest, stranger, deactivated, otherBot. */
  as(userRef: string): Actor {
    return new Actor(this.#platform, this.#platform.world.user(userRef));
  }

  /** Lets calls of a method fail; `*` stands for every method. */
  fail(method: string, fault: Fault, plan?: FaultPlan): PlannedFault {
    return this.#platform.faults.add(method, fault, plan);
  }

  /** From now on no planned fault strikes. */
  mend(): void {
    this.#platform.faults.clear();
  }

  /** The Web API refuses connections. Open Socket Mode connections stay open. */
  goDown(): void {
    this.#server.close();
    this.journal.note('world', 'the Web API is down');
  }

  async comeBack(): Promise<void> {
    await this.#server.listen();
    this.journal.note('world', 'the Web API is back');
  }

  /** Calls so far, of one method or of all. */
  calls(method?: string): readonly ApiCall[] {
    return this.journal.calls.filter((call) => method === undefined || call.method === method);
  }

  /** Resolves with what `check` returns, as soon as that is something. @throws with the journal's end. */
  waitFor<T>(what: string, check: () => T | undefined | false, timeoutMs?: number): Promise<T> {
    return this.journal.waitFor(what, check, timeoutMs);
  }

  /**
   * Resolves with the app's messages in answer to this ask, in its place, once none is being written, no status
   * is shown and nothing is a placeholder.
   */
  waitForAnswer(asked: Said | Interaction, options: AnswerOptions = {}): Promise<readonly Line[]> {
    const { containing, timeoutMs } = options;
    const what = `an answer to ${asked.ask.id}${containing === undefined ? '' : ` with ${String(containing)}`}`;
    return this.waitFor(what, () => this.#finished(asked, containing), timeoutMs);
  }

  /** Resolves once nothing has happened for `quietMs`: the moment to say that something did not happen. */
  quiet(quietMs = 300): Promise<void> {
    return this.journal.quiet(quietMs);
  }

  /**
   * Resolves once everything was delivered or given up and nothing has happened for a moment since. What the app does
   * meanwhile without Slack is for the test to wait for.
   */
  async settled(): Promise<void> {
    const { deliverer, journal } = this.#platform;
    do {
      await deliverer.idle();
      await journal.quiet(momentMs);
    } while (deliverer.busy);
  }

  /** Everything that is always wrong, found so far. */
  verdict(options: VerdictOptions = {}): readonly Finding[] {
    return judge(this.#platform, this.probes.results, options);
  }

  #finished(asked: Said | Interaction, containing: string | RegExp | undefined): readonly Line[] | undefined {
    const { ask } = asked;
    const lines = this.transcript.answersTo(ask);
    const text = lines.map((line) => line.text).join('\n');
    const busy = this.#platform.statuses.busy();
    const shown = busy.some(
      ({ channelId, threadTs }) => channelId === ask.channelId && threadTs === ask.rootTs,
    );
    const writing = lines.some(({ stream }) => stream === 'in_progress');
    if (lines.length === 0 || shown || writing) return undefined;
    const { placeholder } = boundsFrom({});
    if (lines.some((line) => line.files.length === 0 && placeholder.test(line.text.trim()))) return undefined;
    return containing === undefined || matches(text, containing) ? lines : undefined;
  }
}

function matches(text: string, containing: string | RegExp): boolean {
  return typeof containing === 'string' ? text.includes(containing) : containing.test(text);
}
