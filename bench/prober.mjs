// Looks at the given addresses again and again until its standard input ends, then prints the times of each, in
// milliseconds. A process of its own, so that it does not measure how busy its starter is.
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

const everyMs = 50;
const enough = new AbortController();
process.stdin.resume().once('end', () => enough.abort());
console.log(JSON.stringify(await Promise.all(process.argv.slice(2).map(timesOf))));

async function timesOf(url) {
  const times = [];
  while (!enough.signal.aborted) {
    const startedAt = performance.now();
    await probe(url);
    times.push(performance.now() - startedAt);
    await delay(everyMs);
  }
  return times;
}

/** Over a new connection, as Kubernetes does. */
function probe(url) {
  return new Promise((resolve, reject) => {
    request(url, { agent: false }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${url} answered ${answer.statusCode}`));
      answer.resume().once('end', resolve).once('error', reject);
    })
      .once('error', reject)
      .end();
  });
}
