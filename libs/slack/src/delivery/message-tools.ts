import { Inject, Injectable } from '@nestjs/common';
import { LinkPolicy } from '../rendering/link-policy';
import { type ActiveSlackOptions, SLACK_OPTIONS } from '../slack-options';
import { Features } from './features';
import { Posting } from './posting';
import { SlackApi } from './slack-api';
import { Uploads } from './uploads';

/** What every answer needs to get into Slack. */
@Injectable()
export class MessageTools {
  readonly links: LinkPolicy;
  readonly apiUrl: string;

  constructor(
    readonly posting: Posting,
    readonly features: Features,
    readonly uploads: Uploads,
    @Inject(SLACK_OPTIONS) options: ActiveSlackOptions,
  ) {
    this.links = new LinkPolicy(options.linkHosts);
    this.apiUrl = options.apiUrl;
  }

  get api(): SlackApi {
    return this.posting.api;
  }
}
