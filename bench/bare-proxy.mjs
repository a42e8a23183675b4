// The baseline: the least a Node process can do between a client and Ollama. It passes bytes on.
import { Agent, createServer, request } from 'node:http';

const upstream = new URL('/api/chat', process.argv[2]);
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

const server = createServer((incoming, outgoing) => {
  const forwarded = request(
    upstream,
    { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
    (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, { 'content-type': answer.headers['content-type'] });
      answer.pipe(outgoing);
    },
  );
  forwarded.on('error', () => outgoing.destroy());
  incoming.pipe(forwarded);
});
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
process.stdin.resume().once('end', () => process.exit(0));
