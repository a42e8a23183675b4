// A closed loop of clients over keep-alive connections.
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';

/** Asks one body after the other, with so many clients for so long. Answers rates per second and latencies in milliseconds. */
export async function load({ url, bodies, clients, seconds }) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const latencies = [];
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  let turn = 0;
  const client = async () => {
    while (performance.now() < until) {
      latencies.push(await ask(url, bodies[turn++ % bodies.length], agent));
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const elapsed = (performance.now() - startedAt) / 1000;
  agent.destroy();
  latencies.sort((left, right) => left - right);
  return { perSecond: latencies.length / elapsed, p50: at(latencies, 0.5), p99: at(latencies, 0.99) };
}

/** Posts once; answers how long it took, in milliseconds. Anything but 200 ends the benchmark. */
export function ask(url, body, agent) {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method: 'POST', agent, headers }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode}`));
      answer
        .resume()
        .once('end', () => resolve(performance.now() - startedAt))
        .once('error', reject);
    });
    outgoing.once('error', reject).end(body);
  });
}

export function median(values) {
  return at(
    [...values].sort((left, right) => left - right),
    0.5,
  );
}

export function at(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
