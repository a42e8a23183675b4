import { randomUUID } from 'node:crypto';
import { type Resource, defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import type { Config } from '../config/config';

const defaultName = 'jamie-sre-chatbot';

/** What is said of this instance with everything it sends; names of https://opentelemetry.io/docs/specs/semconv/resource/ */
export function resourceOf(config: Config): Resource {
  const given = config.OTEL_RESOURCE_ATTRIBUTES;
  return defaultResource().merge(
    resourceFromAttributes({
      'service.version': config.version,
      'service.instance.id': randomUUID(),
      'deployment.environment.name': config.ENVIRONMENT,
      ...given,
      'service.name': config.OTEL_SERVICE_NAME ?? given['service.name'] ?? defaultName,
    }),
  );
}
