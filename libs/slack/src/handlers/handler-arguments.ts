import type { ExecutionContext } from '@nestjs/common';
import { Claim } from '@jamie/core';
import { type Json, isJson } from '../fields';
import type { Admitted } from '../transport/admission';
import { admittedKey } from '../transport/dispatcher';

/** What Bolt gives a handler, as far as it is used. */
export interface HandlerArguments {
  readonly body: Json;
  readonly context: Readonly<Record<string, unknown>>;
}

/** The delivery that a handler is called for. Throws when it did not come through the dispatcher. */
export function admittedIn({ context }: HandlerArguments): Admitted {
  const admitted: unknown = context[admittedKey];
  if (!isAdmitted(admitted)) throw new TypeError('This delivery was not admitted');
  return admitted;
}

export function argumentsOf(context: ExecutionContext): HandlerArguments {
  return context.getArgByIndex<HandlerArguments>(0);
}

function isAdmitted(value: unknown): value is Admitted {
  return isJson(value) && value['claim'] instanceof Claim;
}
