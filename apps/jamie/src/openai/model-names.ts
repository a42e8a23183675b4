import { Injectable } from '@nestjs/common';
import { LanguageModel } from '@jamie/core';
import type { Model } from './completion-response';
import { Refusal } from '../http/errors';

const jamie = 'jamie';
const startedAt = Math.floor(Date.now() / 1000);

/** The names by which clients may ask: Jamie's own, and silently that of the model behind it. */
@Injectable()
export class ModelNames {
  constructor(private readonly model: LanguageModel) {}

  list(): readonly Model[] {
    return [entry(jamie)];
  }

  /** Throws a refusal for a name that is nobody's. */
  find(name: string): Model {
    if (name === jamie || name === this.model.name) return entry(name);
    const message = `There is no model "${name.slice(0, 100)}" here; ask "${jamie}".`;
    throw new Refusal(404, message, {}, { param: 'model', code: 'model_not_found' });
  }

  /** The name that a request means; Jamie's own when it names none. */
  named(name: string | null | undefined): string {
    return name === null || name === undefined || name === '' ? jamie : this.find(name).id;
  }
}

function entry(id: string): Model {
  return { id, object: 'model', created: startedAt, owned_by: 'jamie' };
}
