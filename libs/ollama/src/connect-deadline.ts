import { lookup as systemLookup } from 'node:dns';
import { Agent as HttpAgent, type AgentOptions as HttpAgentOptions } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectTimeoutCode } from './trouble';

type Connect = (this: void) => Duplex | null | undefined;

/** An agent that gives up on a connection that does not come about in time, and knows both addresses of localhost. */
export function agentWithConnectDeadline(
  secure: boolean,
  connectTimeoutMs: number,
  options: HttpAgentOptions,
): HttpAgent | HttpsAgent {
  const all = { ...options, lookup };
  return secure ? new PatientHttpsAgent(connectTimeoutMs, all) : new PatientHttpAgent(connectTimeoutMs, all);
}

/**
 * Ollama listens on 127.0.0.1 unless it is told otherwise, while `localhost` may mean ::1 alone. Node tries one address
 * after the other when it is given all of them (https://nodejs.org/api/net.html, autoSelectFamily).
 */
const localhost = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

const lookup: LookupFunction = (hostname, options, callback) => {
  if (hostname === 'localhost' && options.all === true) process.nextTick(callback, null, localhost);
  else systemLookup(hostname, options, callback);
};

class PatientHttpAgent extends HttpAgent {
  constructor(
    private readonly connectTimeoutMs: number,
    options: HttpAgentOptions,
  ) {
    super(options);
  }

  override createConnection(...args: Parameters<HttpAgent['createConnection']>): Duplex | null | undefined {
    return limited(() => super.createConnection(...args), 'connect', this.connectTimeoutMs);
  }
}

class PatientHttpsAgent extends HttpsAgent {
  constructor(
    private readonly connectTimeoutMs: number,
    options: HttpsAgentOptions,
  ) {
    super(options);
  }

  override createConnection(...args: Parameters<HttpsAgent['createConnection']>): Duplex | null | undefined {
    return limited(() => super.createConnection(...args), 'secureConnect', this.connectTimeoutMs);
  }
}

function limited(connect: Connect, connected: string, timeoutMs: number): Duplex | null | undefined {
  const socket = connect();
  if (!socket) return socket;
  const timer = setTimeout(() => socket.destroy(new ConnectTimeout()), timeoutMs);
  const stop = () => clearTimeout(timer);
  socket.once(connected, stop).once('close', stop);
  return socket;
}

class ConnectTimeout extends Error {
  readonly code = connectTimeoutCode;

  constructor() {
    super('The connection did not come about in time.');
  }
}
