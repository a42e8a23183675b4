/** A JSON object whose fields nobody has looked at yet. */
export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined when the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The field when it is a string, else undefined. */
export function textField(value: unknown, name: string): string | undefined {
  const field = isJson(value) ? value[name] : undefined;
  return typeof field === 'string' ? field : undefined;
}

/** The objects in an array; empty when it is no array. */
export function objectsIn(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

export function objectField(value: unknown, name: string): Json {
  const field = isJson(value) ? value[name] : undefined;
  return isJson(field) ? field : {};
}

/** Drops the fields that are undefined, as JSON would. */
export function compact(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined));
}

/** One line for a log: JSON cut at `length` characters. */
export function brief(value: unknown, length = 240): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
