import type { Content } from './message-content';

/** One message of an answer while it is being written. */
export interface LiveMessage {
  /** People can see something of it. */
  readonly visible: boolean;
  /** It cannot be written in this way here; nothing of it is visible. */
  readonly unusable: boolean;
  /** Slack has ended it with this text before it was complete. */
  readonly endedWith: string | undefined;

  /**
   * Makes it show this, if that is possible now. Throws StoppedByPerson, and SlackCallError when nothing can be said in
   * this place at all.
   */
  show(markdown: string): Promise<void>;

  /** Makes it say this for good, whatever became of it before. Throws SlackCallError when Slack refuses. */
  seal(content: Content): Promise<void>;

  /** Ends it as it is: somebody pressed Stop. */
  leave(markdown: string): Promise<void>;
}

/** Somebody pressed Stop. */
export class StoppedByPerson extends Error {
  override readonly name = 'StoppedByPerson';

  constructor() {
    super('somebody pressed Stop');
  }
}
