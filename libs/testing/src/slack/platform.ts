import { Asks } from './asks';
import { Board } from './board';
import { Deliverer } from './events/deliverer';
import { EventSource } from './events/event-source';
import { HttpTransport } from './events/http-transport';
import { SocketMode } from './events/socket-mode';
import { Faults } from './faults';
import { ResponseUrls } from './interactivity/response-urls';
import { Triggers } from './interactivity/triggers';
import { Journal } from './journal';
import { settingsFrom, type Settings, type SlackStandInOptions } from './options';
import { Random } from '../random';
import { RateLimits } from './rate-limits';
import { StatusSlots } from './status-slots';
import { Timers } from './timers';
import { InstalledApp } from './world/app';
import { World } from './world/world';

/** The parts of one Slack, wired together. */
export interface Platform {
  readonly settings: Settings;
  readonly app: InstalledApp;
  readonly world: World;
  readonly journal: Journal;
  readonly timers: Timers;
  readonly random: Random;
  readonly rateLimits: RateLimits;
  readonly faults: Faults;
  readonly statuses: StatusSlots;
  readonly sockets: SocketMode;
  readonly http: HttpTransport;
  readonly deliverer: Deliverer;
  readonly board: Board;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly asks: Asks;
  /** Known once the server listens. */
  baseUrl: string;
  /** Where Socket Mode is reached; at the base address unless it is said. */
  socketOrigin: string | undefined;
  /** Where the app's replicas listen; each attempt goes to any one of them. */
  eventsUrls: readonly string[];
}

export function buildPlatform(options: SlackStandInOptions): Platform {
  const settings = settingsFrom(options);
  const { timing } = settings;
  const timers = new Timers();
  const random = new Random(settings.seed);
  const journal = new Journal(timers);
  const app = new InstalledApp(options);
  const world = new World(random);
  const statuses = new StatusSlots(timing);
  const rateLimits = new RateLimits(settings, journal);
  const deliverer = new Deliverer(journal, timers, timing);
  const events = new EventSource({ app, world, timing, echo: settings.echo }, deliverer);
  const board = new Board(world, journal, events, statuses);
  const sockets = new SocketMode({ journal, timers, timing, random });
  const http = new HttpTransport(app, timing, () => random.pick(platform.eventsUrls));
  const platform: Platform = {
    settings,
    app,
    world,
    journal,
    timers,
    random,
    rateLimits,
    statuses,
    deliverer,
    board,
    sockets,
    http,
    faults: new Faults(random),
    triggers: new Triggers(random, timing),
    responseUrls: new ResponseUrls({ board, journal, timing, rateLimits }),
    asks: new Asks(),
    baseUrl: '',
    socketOrigin: undefined,
    eventsUrls: options.eventsUrl === undefined ? [] : [options.eventsUrl],
  };
  deliverer.use(settings.transport === 'socket' ? sockets : http);
  return platform;
}
