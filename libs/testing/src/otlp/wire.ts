import { join } from 'node:path';
import { loadSync } from 'protobufjs';
import { z } from 'zod';

/** What comes over the wire, as protobufjs shows it: names in camel case, 64-bit numbers as text, bytes as base64. */
const anyValue = z.object({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  intValue: z.string().optional(),
  doubleValue: z.number().optional(),
  get arrayValue() {
    return z.object({ values: z.array(anyValue).default([]) }).optional();
  },
});
const attributes = z
  .array(z.object({ key: z.string(), value: anyValue.default({}) }))
  .default([])
  .transform((pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, plain(value)])));
const resource = z.object({ attributes }).default({ attributes: {} });
const scope = z.object({ name: z.string().default('') }).default({ name: '' });
const hex = z
  .base64()
  .default('')
  .transform((text) => Buffer.from(text, 'base64').toString('hex'));
const nanoseconds = z.string().default('0').transform(BigInt);
const int64 = z.string().default('0').transform(Number);

const span = z.object({
  traceId: hex,
  spanId: hex,
  parentSpanId: hex,
  name: z.string(),
  kind: z.string(),
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes,
  events: z.array(z.object({ name: z.string(), attributes })).default([]),
  status: z
    .object({ code: z.string().default('UNSET'), message: z.string().default('') })
    .default({ code: 'UNSET', message: '' }),
});

const times = { startTimeUnixNano: nanoseconds, timeUnixNano: nanoseconds, attributes };
const numberPoints = z.array(
  z.object({ ...times, asDouble: z.number().optional(), asInt: int64.optional() }),
);
const histogramPoints = z.array(
  z.object({
    ...times,
    count: int64,
    sum: z.number().default(0),
    bucketCounts: z.array(z.string().transform(Number)).default([]),
    explicitBounds: z.array(z.number()).default([]),
  }),
);
const metric = z.object({
  name: z.string(),
  description: z.string().default(''),
  unit: z.string().default(''),
  gauge: z.object({ dataPoints: numberPoints.default([]) }).optional(),
  sum: z
    .object({
      dataPoints: numberPoints.default([]),
      aggregationTemporality: z.string(),
      isMonotonic: z.boolean().default(false),
    })
    .optional(),
  histogram: z
    .object({ dataPoints: histogramPoints.default([]), aggregationTemporality: z.string() })
    .optional(),
});

const traceRequest = z.object({
  resourceSpans: z
    .array(z.object({ resource, scopeSpans: z.array(z.object({ scope, spans: z.array(span).default([]) })) }))
    .default([]),
});
const metricsRequest = z.object({
  resourceMetrics: z
    .array(z.object({ resource, scopeMetrics: z.array(z.object({ scope, metrics: z.array(metric) })) }))
    .default([]),
});

export type WireSpan = z.infer<typeof span>;
export type WireMetric = z.infer<typeof metric>;

const types = loadSync(join(__dirname, 'otlp.proto'));

/** Throws on bytes that are no such request. */
export function decodeTraces(body: Uint8Array): z.infer<typeof traceRequest> {
  return traceRequest.parse(decode('otlp.ExportTraceServiceRequest', body));
}

/** Throws on bytes that are no such request. */
export function decodeMetrics(body: Uint8Array): z.infer<typeof metricsRequest> {
  return metricsRequest.parse(decode('otlp.ExportMetricsServiceRequest', body));
}

function decode(name: string, body: Uint8Array): unknown {
  const type = types.lookupType(name);
  return type.toObject(type.decode(body), { longs: String, enums: String, bytes: String, oneofs: false });
}

export type Plain = string | number | boolean | readonly Plain[] | undefined;

function plain(value: z.infer<typeof anyValue>): Plain {
  if (value.arrayValue !== undefined) return value.arrayValue.values.map(plain);
  const number = value.intValue === undefined ? value.doubleValue : Number(value.intValue);
  return value.stringValue ?? value.boolValue ?? number;
}
