import { gzipSync } from 'node:zlib';
import { OtlpReceiver } from './otlp-receiver';

// Protobuf by hand, https://protobuf.dev/programming-guides/encoding/, so that the receiver's own library is held to it.
const field = (number: number, ...content: Uint8Array[]): Buffer => {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  const size = length < 128 ? [length] : [(length & 127) | 128, length >> 7];
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...size]), bytes]);
};
const text = (number: number, value: string): Buffer => field(number, Buffer.from(value));
const fixed64 = (number: number, value: bigint): Buffer => {
  const bytes = Buffer.alloc(9);
  bytes[0] = (number << 3) | 1;
  bytes.writeBigUInt64LE(value, 1);
  return bytes;
};
const double = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};
const attribute = (number: number, key: string, value: Buffer): Buffer =>
  field(number, text(1, key), field(2, value));

const span = field(
  2,
  field(1, Buffer.from('0af7651916cd43dd8448eb211c80319c', 'hex')),
  field(2, Buffer.from('b7ad6b7169203331', 'hex')),
  text(5, 'POST /chat'),
  Buffer.from([0x30, 2]),
  fixed64(7, 1_700_000_000_000_000_001n),
  attribute(9, 'http.route', text(1, '/chat')),
  attribute(9, 'http.response.status_code', Buffer.from([0x18, 0xf4, 0x03])),
  field(15, text(2, 'no model'), Buffer.from([0x18, 2])),
);
const resource = field(1, attribute(1, 'service.name', text(1, 'jamie')));
const traces = field(1, resource, field(2, field(1, text(1, 'chat')), span));

const histogram = field(
  9,
  field(
    1,
    fixed64(4, 3n),
    Buffer.from([0x29]),
    double(4.5),
    field(6, Buffer.from(new BigUint64Array([1n, 2n]).buffer)),
    field(7, double(0.5)),
  ),
  Buffer.from([0x10, 2]),
);
const metrics = field(1, resource, field(2, field(2, text(1, 'lag_seconds'), histogram)));

describe('the OTLP receiver', () => {
  let receiver: OtlpReceiver;
  const post = (path: string, body: Buffer, headers: Record<string, string> = {}) =>
    fetch(`${receiver.url}${path}`, { method: 'POST', body, headers });

  beforeEach(async () => {
    receiver = await OtlpReceiver.start();
  });
  afterEach(() => receiver.stop());

  it('reads spans, packed or not', async () => {
    expect((await post('/v1/traces', traces)).status).toBe(200);
    expect((await post('/v1/traces', gzipSync(traces), { 'content-encoding': 'gzip' })).status).toBe(200);
    expect(receiver.spans).toHaveLength(2);
    expect(receiver.spans[1]).toEqual(receiver.spans[0]);
    expect(receiver.spans[0]).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      parentSpanId: '',
      name: 'POST /chat',
      kind: 'SERVER',
      startTimeUnixNano: 1_700_000_000_000_000_001n,
      attributes: { 'http.route': '/chat', 'http.response.status_code': 500 },
      status: { code: 'ERROR', message: 'no model' },
      resource: { 'service.name': 'jamie' },
      scope: 'chat',
    });
  });

  it('reads metrics', async () => {
    expect((await post('/v1/metrics', metrics)).status).toBe(200);
    expect(receiver.metricNamed('lag_seconds')?.histogram).toMatchObject({
      aggregationTemporality: 'CUMULATIVE',
      dataPoints: [{ count: 3, sum: 4.5, bucketCounts: [1, 2], explicitBounds: [0.5] }],
    });
  });

  it('refuses what it cannot read and does not know', async () => {
    expect((await post('/v1/traces', Buffer.from('not protobuf'))).status).toBe(400);
    expect((await post('/v1/nothing', traces)).status).toBe(404);
  });

  it('answers as it is told to', async () => {
    receiver.behaviour = 503;
    expect((await post('/v1/traces', traces)).status).toBe(503);
    expect(receiver.spans).toEqual([]);
    expect(receiver.requests).toHaveLength(1);
  });
});
