import type { Source } from '@jamie/core';
import type { LinkPolicy } from '../rendering/link-policy';
import { neutralise, neutraliseSoFar } from '../rendering/neutralise';

/** The answer's text as it grows, harmless. */
export class Draft {
  private raw = '';
  private links: LinkPolicy;
  sources: readonly Source[] = [];
  complete = false;

  constructor(policy: LinkPolicy) {
    this.links = policy;
  }

  restOn(sources: readonly Source[]): void {
    this.sources = sources;
    // What has been shown must not change: only before the first text may the policy grow.
    if (this.raw === '') this.links = this.links.and(sources.flatMap(({ url }) => url ?? []));
  }

  write(text: string): void {
    this.raw += text;
  }

  get empty(): boolean {
    return this.raw === '';
  }

  get policy(): LinkPolicy {
    return this.links;
  }

  /** A beginning of what it will be in the end. */
  markdown(): string {
    return this.complete ? neutralise(this.raw, this.links) : neutraliseSoFar(this.raw, this.links);
  }
}
