/** Reading what Slack sends: anything may be missing. */
export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined when there is no such text, or an empty one. */
export function textOf(holder: unknown, name: string): string | undefined {
  const value = isJson(holder) ? holder[name] : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function objectOf(holder: unknown, name: string): Json {
  const value = isJson(holder) ? holder[name] : undefined;
  return isJson(value) ? value : {};
}

export function listOf(holder: unknown, name: string): readonly Json[] {
  const value: unknown = isJson(holder) ? holder[name] : undefined;
  return Array.isArray(value) ? value.filter(isJson) : [];
}
