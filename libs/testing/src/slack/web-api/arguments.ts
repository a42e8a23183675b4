import { isJson, objectsIn, parseJson, type Json } from '../json';
import { ApiError, invalidArguments } from './api-error';

/** A call's arguments. Forms carry every value as text; structures in them are JSON (web-api WebClient.ts). */
export class Arguments {
  constructor(readonly raw: Json) {}

  has(name: string): boolean {
    return this.raw[name] !== undefined;
  }

  /** @throws ApiError invalid_arguments when it is missing or empty. */
  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined || value === '') throw missing(name);
    return value;
  }

  /** Present, but possibly empty. */
  textOrEmpty(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw missing(name);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.raw[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw invalidArguments(`must be a string [json-pointer:/${name}]`);
  }

  flag(name: string): boolean | undefined {
    const value = this.optionalText(name)?.toLowerCase();
    return value === undefined ? undefined : value === 'true' || value === '1';
  }

  /** @throws ApiError invalid_arguments when it is no whole number. */
  integer(name: string): number | undefined {
    const value = this.optionalText(name);
    if (value === undefined || value === '') return undefined;
    const number = Number(value);
    if (!Number.isInteger(number)) throw invalidArguments(`must be an integer [json-pointer:/${name}]`);
    return number;
  }

  /** @throws ApiError with that code when it is no array of objects. */
  objects(name: string, code: string): readonly Json[] | undefined {
    const value = this.#structure(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || !value.every(isJson)) throw new ApiError(code);
    return objectsIn(value);
  }

  /** @throws ApiError with that code when it is no object. */
  object(name: string, code: string): Json | undefined {
    const value = this.#structure(name);
    if (value === undefined) return undefined;
    if (!isJson(value)) throw new ApiError(code);
    return value;
  }

  list(name: string): readonly unknown[] | undefined {
    const value = this.#structure(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw invalidArguments(`must be an array [json-pointer:/${name}]`);
    return value;
  }

  // Undefined when absent; null when it is no JSON, which no reader takes for valid.
  #structure(name: string): unknown {
    const value = this.raw[name];
    if (typeof value !== 'string') return value ?? undefined;
    return value === '' ? undefined : (parseJson(value) ?? null);
  }
}

function missing(name: string): ApiError {
  return invalidArguments(`missing required field: ${name}`);
}
