import type { KnownResponse } from '@jamie/metrics';

/** Which of the two ports serves a route. */
type Port = 'main' | 'metrics' | 'both';

export interface Route {
  readonly path: string;
  readonly port: Port;
  readonly methods: readonly string[];
  /** The statuses it is known to answer with. */
  readonly statuses: readonly number[];
  /** For people's browsers, and gone with WEB_UI=false. */
  readonly page?: true;
}

export const unmatched = 'unmatched';

/** Every route of both ports, in one place: for the port guard, 405, the metrics' `route` label and their zero state. */
export const routes: readonly Route[] = [
  {
    path: '/chat',
    port: 'main',
    methods: ['POST'],
    statuses: [200, 400, 401, 413, 415, 429, 499, 500, 503, 504],
  },
  {
    path: '/feedback',
    port: 'main',
    methods: ['POST'],
    statuses: [200, 400, 401, 413, 415, 429, 499, 500],
  },
  { path: '/health', port: 'both', methods: ['GET'], statuses: [200] },
  { path: '/health/live', port: 'main', methods: ['GET'], statuses: [200] },
  { path: '/health/ready', port: 'main', methods: ['GET'], statuses: [200, 503] },
  { path: '/metrics', port: 'metrics', methods: ['GET'], statuses: [200] },
  { path: '/slack/events', port: 'main', methods: ['POST'], statuses: [200, 400, 401, 413, 503] },
  { path: '/api/runbooks', port: 'main', methods: ['GET'], statuses: [200, 400, 401, 429] },
  { path: '/api/runbooks/{path}', port: 'main', methods: ['GET'], statuses: [200, 401, 404, 429] },
  {
    path: '/v1/chat/completions',
    port: 'main',
    methods: ['POST'],
    statuses: [200, 400, 401, 404, 413, 415, 429, 499, 500, 503, 504],
  },
  { path: '/v1/models', port: 'main', methods: ['GET'], statuses: [200, 401] },
  { path: '/v1/models/{model}', port: 'main', methods: ['GET'], statuses: [200, 400, 401, 404] },
  { path: '/', port: 'main', methods: ['GET'], statuses: [200, 304], page: true },
  { path: '/runbooks', port: 'main', methods: ['GET'], statuses: [200, 304], page: true },
  { path: '/runbooks/{path}', port: 'main', methods: ['GET'], statuses: [200, 304], page: true },
  { path: '/assets/{path}', port: 'main', methods: ['GET'], statuses: [200, 304, 404], page: true },
  { path: '/openapi.json', port: 'main', methods: ['GET'], statuses: [200] },
];

const byPath = new Map(routes.map((route) => [route.path, route]));
// `{path}` stands for one or more parts of a path, any other name for one.
const patterns = routes
  .filter(({ path }) => path.includes('{'))
  .map((route) => ({ route, pattern: patternOf(route.path) }));

/** Finds a route as Express does: without regard to case or one trailing slash. */
export function findRoute(path: string, port: 'main' | 'metrics'): Route | undefined {
  const lower = path.toLowerCase();
  const normal = lower.length > 1 && lower.endsWith('/') ? lower.slice(0, -1) : lower;
  const route = byPath.get(normal) ?? patterns.find(({ pattern }) => pattern.test(normal))?.route;
  return route !== undefined && (route.port === 'both' || route.port === port) ? route : undefined;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace('{path}', '.+').replace(/\{\w+\}/g, '[^/]+')}$`);
}

export const knownResponses: readonly KnownResponse[] = [
  ...routes.flatMap(({ path: route, methods, statuses }) =>
    methods.map((method) => ({ method, route, statuses })),
  ),
  { method: 'GET', route: unmatched, statuses: [404] },
];
