import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { spanWords } from './span-words';

const regions: Readonly<Record<string, string>> = {
  us: 'https://logfire-us.pydantic.dev',
  eu: 'https://logfire-eu.pydantic.dev',
};
const levels = { info: 9, error: 17 };

/** Where a write token belongs. It names its region, `pylf_v1_eu_...`; older ones name none and are of the US. */
export function logfireAddress(token: string): string {
  const region = /^pylf_v\d+_([a-z]+)_/.exec(token)?.[1] ?? 'us';
  return regions[region] ?? String(regions['us']);
}

/** The same span with what Logfire shows in its list: a readable line and a level. */
export function forLogfire(span: ReadableSpan): ReadableSpan {
  const attributes = {
    ...span.attributes,
    'logfire.msg': spanWords(span),
    'logfire.span_type': 'span',
    'logfire.level_num': span.status.code === SpanStatusCode.ERROR ? levels.error : levels.info,
  };
  const copy: ReadableSpan = Object.create(span, { attributes: { value: attributes } });
  return copy;
}
