import { loadConfig } from '../config/config';
import { destinationsOf } from './destinations';

const destinations = (settings: Record<string, string>) => destinationsOf(loadConfig(settings));
const token = 'pylf_v1_eu_x';
const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318' };
const both = { traces: true, metrics: true };
const neither = { traces: false, metrics: false };

describe('where telemetry goes', () => {
  it.each([
    {},
    { LOGFIRE_TOKEN: token, LOGFIRE_SEND_TO_LOGFIRE: 'false' },
    { LOGFIRE_BASE_URL: 'http://localhost:1' },
    { ...endpoint, OTEL_SDK_DISABLED: 'true' },
    { ...endpoint, OTEL_TRACES_EXPORTER: 'none', OTEL_METRICS_EXPORTER: 'none' },
    { OTEL_SERVICE_NAME: 'jamie' },
  ])('is nowhere with %j', (settings: Record<string, string>) => {
    expect(destinations(settings)).toBeUndefined();
  });

  it.each([
    ['pylf_v1_eu_x', 'https://logfire-eu.pydantic.dev'],
    ['pylf_v1_us_x', 'https://logfire-us.pydantic.dev'],
    ['pylf_v2_moon_x', 'https://logfire-us.pydantic.dev'],
    ['x0123456789', 'https://logfire-us.pydantic.dev'],
  ])('is the region of the token %s', (given, url) => {
    expect(destinations({ LOGFIRE_TOKEN: given })?.logfire).toEqual({ url, token: given });
  });

  it('is the given address of Logfire, if there is one', () => {
    const settings = { LOGFIRE_TOKEN: token, LOGFIRE_BASE_URL: 'https://logfire.example/' };
    expect(destinations(settings)?.logfire?.url).toBe('https://logfire.example');
  });

  it('is the collector for each signal that has an address and is not switched off', () => {
    const collector = (settings: Record<string, string>) => destinations(settings)?.collector;
    expect(collector(endpoint)).toEqual(both);
    expect(collector({ ...endpoint, OTEL_TRACES_EXPORTER: 'none' })).toEqual({ ...both, traces: false });
    expect(collector({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://localhost/x' })).toEqual({
      ...neither,
      traces: true,
    });
    expect(collector({ LOGFIRE_TOKEN: token })).toEqual(neither);
  });

  it('is both at once, and the log', () => {
    const all = destinations({ ...endpoint, LOGFIRE_TOKEN: token, LOGFIRE_CONSOLE: 'true' });
    expect(all).toMatchObject({ logfire: { token }, collector: both, console: true });
    expect(destinations({ LOGFIRE_CONSOLE: 'true' })).toEqual({ collector: neither, console: true });
  });
});
