import { type ServerSentEvent, readServerSentEvents } from './event-reader';

async function readAll(text: string, size: number): Promise<ServerSentEvent[]> {
  const whole = Buffer.from(text);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
  }
  const read = [];
  for await (const event of readServerSentEvents(pieces())) read.push(event);
  return read;
}

describe('reading server-sent events', () => {
  const stream =
    'event: status\ndata: {"text":"ü: a"}\n\n: still here\n\nevent: finish\ndata: {}\n\nevent: cut\nda';

  it.each([1, 2, 7, 1000])('finds whole events in pieces of %i bytes', async (size) => {
    expect(await readAll(stream, size)).toEqual([
      { event: 'status', data: '{"text":"ü: a"}' },
      { event: 'finish', data: '{}' },
    ]);
  });
});
