import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Refusal } from '../http/errors';
import { type PageName, type WebFile, WebFiles } from './web-files';

// Nothing inline, nothing from elsewhere, and no string may become markup or code: see docs/adr/0007-web-page.md.
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const checkEachTime = 'no-cache';
const keepForEver = 'public, max-age=31536000, immutable';

/** The pages for people. They hold nothing secret: what they show comes over the API, with its keys. */
@Controller()
export class WebController {
  constructor(private readonly files: WebFiles) {}

  @Get()
  chat(@Req() request: Request, @Res() response: Response): void {
    this.sendPage('index.html', request, response);
  }

  @Get(['runbooks', 'runbooks/*path'])
  runbooks(@Req() request: Request, @Res() response: Response): void {
    this.sendPage('runbooks.html', request, response);
  }

  @Get('assets/:digest/:name')
  asset(
    @Param() { digest, name = '' }: Readonly<Record<string, string>>,
    @Req() request: Request,
    @Res() response: Response,
  ): void {
    const file = this.files.asset(name);
    if (file === undefined) throw new Refusal(404, 'There is no such file.');
    // Another version's address, while replicas are being replaced: right today, but not for ever.
    response.setHeader('cache-control', digest === this.files.digest ? keepForEver : checkEachTime);
    send(file, request, response);
  }

  private sendPage(name: PageName, request: Request, response: Response): void {
    response.setHeader('content-security-policy', contentSecurityPolicy);
    response.setHeader('cache-control', checkEachTime);
    send(this.files.page(name), request, response);
  }
}

function send(file: WebFile, request: Request, response: Response): void {
  response.setHeader('etag', file.etag);
  response.setHeader('vary', 'accept-encoding');
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  const zip = request.acceptsEncodings('gzip', 'identity') === 'gzip';
  const body = zip ? file.gzipped : file.body;
  if (zip) response.setHeader('content-encoding', 'gzip');
  response.setHeader('content-type', file.type);
  response.setHeader('content-length', body.length);
  response.end(body);
}
