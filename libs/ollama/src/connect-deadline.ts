import { Agent as HttpAgent, type AgentOptions as HttpAgentOptions } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connectTimeoutCode } from './trouble';

type Connect = (this: void) => Duplex | null | undefined;

/** An agent that gives up on a connection that does not come about in time. */
export function agentWithConnectDeadline(
  secure: boolean,
  connectTimeoutMs: number,
  options: HttpAgentOptions,
): HttpAgent | HttpsAgent {
  return secure
    ? new PatientHttpsAgent(connectTimeoutMs, options)
    : new PatientHttpAgent(connectTimeoutMs, options);
}

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
