import { Module } from '@nestjs/common';
import { WebController } from './web.controller';
import { WebFiles } from './web-files';

/** The pages for people: the chat and the runbooks. */
@Module({ controllers: [WebController], providers: [WebFiles] })
export class WebModule {}
