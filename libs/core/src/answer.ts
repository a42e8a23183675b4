/** Who wrote the answer: the language model, the runbooks word for word, or the short fixed introduction. */
export type AnsweredBy = 'model' | 'runbooks' | 'help';

/** One section of a runbook that an answer rests on. */
export interface Source {
  readonly title: string;
  /** Path of the file below the runbook folder, with `/` between its parts. */
  readonly path: string;
  readonly heading: string;
  readonly url?: string;
}

/** What the model counted, in tokens. */
export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface Answer {
  /** Identifies this answer in logs and feedback; says nothing about its content. */
  readonly id: string;
  /** Markdown. Equal to all `text-delta` events of the same stream put together. */
  readonly text: string;
  readonly answeredBy: AnsweredBy;
  /** True when the model should have answered and could not. */
  readonly degraded: boolean;
  /** Why, in words for people; present only when degraded. */
  readonly degradedReason?: string;
  readonly sources: readonly Source[];
  readonly model: string;
  readonly conversationId: string;
  readonly finishedAt: Date;
  readonly processingSeconds: number;
  /** Present only when the model wrote the answer. */
  readonly usage?: Usage;
}
