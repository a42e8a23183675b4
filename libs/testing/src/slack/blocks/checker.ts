import { brief, isJson, type Json } from '../json';

/** Collects what is wrong with a structure, in Slack's words and with its JSON pointers. */
export class Checker {
  readonly problems: string[] = [];
  readonly #ids = new Set<string>();

  problem(text: string, pointer: string): void {
    this.problems.push(`${text} [json-pointer:${pointer}]`);
  }

  /** A string of 1 to `limit` characters. */
  text(value: unknown, pointer: string, limit: number): void {
    if (typeof value !== 'string') this.problem('missing required field', pointer);
    else if (value.length > limit) this.problem(`must be less than ${limit + 1} characters`, pointer);
    else if (value.length === 0) this.problem('must be more than 0 characters', pointer);
  }

  optionalText(value: unknown, pointer: string, limit: number): void {
    if (value !== undefined) this.text(value, pointer, limit);
  }

  /** A text object; `kind` when only one kind is allowed. */
  textObject(value: unknown, pointer: string, rule: { limit: number; kind?: 'plain_text' | 'mrkdwn' }): void {
    if (!isJson(value)) {
      this.problem('missing required field', pointer);
      return;
    }
    const type = value['type'];
    const known = type === 'plain_text' || type === 'mrkdwn';
    if (!known || (rule.kind !== undefined && type !== rule.kind)) {
      this.problem(`unsupported type: ${String(type)}`, `${pointer}/type`);
    }
    this.text(value['text'], `${pointer}/text`, rule.limit);
  }

  /** An array of 1 to `limit` objects, each looked at in turn. */
  items(value: unknown, pointer: string, limit: number, check: (item: Json, pointer: string) => void): void {
    if (!Array.isArray(value) || value.length === 0) {
      this.problem('no less than 1 items allowed', pointer);
      return;
    }
    if (value.length > limit) this.problem(`no more than ${limit} items allowed`, pointer);
    value.forEach((item: unknown, index) => {
      if (isJson(item)) check(item, `${pointer}/${index}`);
      else this.problem('must be an object', `${pointer}/${index}`);
    });
  }

  /** Ids of one kind are unique in one message or view. */
  uniqueId(value: unknown, pointer: string, kind: string): void {
    if (value === undefined) return;
    this.text(value, pointer, 255);
    const id = `${kind} ${brief(value)}`;
    if (this.#ids.has(id)) this.problem(`${id} already exists`, pointer);
    this.#ids.add(id);
  }
}
