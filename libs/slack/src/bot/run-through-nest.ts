import type { ExternalContextCreator } from '@nestjs/core';

/** Under these keys nestjs-slack-bolt's decorators note the handlers of a class. */
const metadataKeys = [
  'slack:event',
  'slack:command',
  'slack:action',
  'slack:shortcut',
  'slack:view',
  'slack:message',
];

/**
 * Replaces the handlers of this instance by ones that run through Nest's guards, interceptors and filters:
 * nestjs-slack-bolt calls methods as they are. To be done before `onApplicationBootstrap`, when it takes them.
 */
export function runThroughNest(controller: object, creator: ExternalContextCreator): void {
  for (const name of handlerNames(controller.constructor)) {
    const method: unknown = Reflect.get(controller, name);
    if (typeof method !== 'function') continue;
    const options = { guards: true, interceptors: true, filters: true };
    const handler = creator.create(
      controller,
      (...args: unknown[]) => Reflect.apply(method, controller, args) as unknown,
      name,
      undefined,
      undefined,
      undefined,
      undefined,
      options,
      'slack',
    );
    Reflect.set(controller, name, handler);
  }
}

function handlerNames(type: object): readonly string[] {
  const noted = metadataKeys.flatMap((key): unknown => Reflect.getMetadata(key, type) ?? []);
  const names = noted.map((entry) => (isNoted(entry) ? entry.propertyKey : ''));
  return [...new Set(names)].filter((name) => name !== '');
}

function isNoted(entry: unknown): entry is { readonly propertyKey: string } {
  return typeof entry === 'object' && entry !== null && 'propertyKey' in entry;
}
