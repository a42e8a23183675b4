import SwaggerParser from '@apidevtools/swagger-parser';
import { routes } from '../src/http/routes';
import { openApiDocument } from '../src/openapi/openapi';
import { type TestJamie, startTestJamie } from './harness';

// Spoken by Slack alone, and there only in HTTP mode.
const slackEvents = '/slack/events';
const examples: Readonly<Record<string, string>> = {
  '/api/runbooks/{path}': '/api/runbooks/kubernetes/workloads/KubePodCrashLooping.md',
  '/assets/{path}': '/assets/x/icon.svg',
  '/v1/models/{model}': '/v1/models/jamie',
};

describe('the OpenAPI document', () => {
  let jamie: TestJamie;
  beforeAll(async () => {
    jamie = await startTestJamie();
  });
  afterAll(() => jamie.close());

  it('is valid OpenAPI 3.1', async () => {
    const document = JSON.parse(await (await fetch(`${jamie.url}/openapi.json`)).text());
    expect(document.openapi).toBe('3.1.0');
    await expect(SwaggerParser.validate(document)).resolves.toBeDefined();
  });

  it('describes every route of the main port, and no other', () => {
    const described = Object.keys(Object(openApiDocument()['paths'])).sort();
    const served = routes
      .filter(({ path, port, page }) => port !== 'metrics' && path !== slackEvents && page === undefined)
      .map(({ path }) => path);
    expect(described).toEqual(served.sort());
  });

  it('lists routes that exist', async () => {
    for (const { path, methods, port } of routes.filter((route) => route.path !== slackEvents)) {
      const base = port === 'metrics' ? jamie.metricsUrl : jamie.url;
      for (const method of methods) {
        const { status } = await fetch(`${base}${examples[path] ?? path}`, { method });
        expect([path, status]).not.toEqual([path, 404]);
        expect([path, status]).not.toEqual([path, 405]);
      }
    }
  });
});
