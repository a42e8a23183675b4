import type { Json } from '../json';
import type { Features } from '../options';
import type { Platform } from '../platform';
import type { Limit } from '../rate-limits';
import type { Arguments } from './arguments';

export interface MethodCall {
  readonly args: Arguments;
  readonly slack: Platform;
}

/** One method of the Web API, by its page under docs.slack.dev/reference/methods. */
export interface Method {
  readonly name: string;
  /** Absent: either kind. */
  readonly token?: 'bot' | 'app';
  /** One of them suffices; which one may depend on the channel. */
  readonly scopes: readonly string[];
  readonly perMinute: number;
  /** Limits beside the method's own. */
  readonly limits?: (args: Arguments) => readonly Limit[];
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** A feature that a workspace may not have. */
  readonly feature?: keyof Features;
  /** The fields beside `ok`. @throws ApiError */
  readonly run: (call: MethodCall) => Json | Promise<Json>;
}
