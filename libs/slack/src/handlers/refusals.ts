import type { SlackRefusalReason } from '@jamie/core';
import type { Ask } from '../asks/ask';

/** Not said to Jamie: nothing is to be done, and nothing to be told. */
export class NotForJamie extends Error {
  override readonly name = 'NotForJamie';
}

/** This person is not answered, or not in this place. */
export class RefusedAsk extends Error {
  override readonly name = 'RefusedAsk';

  constructor(
    readonly reason: SlackRefusalReason,
    /** Absent for what asks nothing: a click, an opened tab. */
    readonly ask?: Ask,
  ) {
    super(`refused: ${reason}`);
  }
}
