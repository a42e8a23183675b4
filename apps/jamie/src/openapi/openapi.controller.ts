import { Controller, Get, Header } from '@nestjs/common';
import { openApiDocument } from './openapi';

@Controller('openapi.json')
export class OpenApiController {
  private readonly json = JSON.stringify(openApiDocument());

  @Get()
  @Header('content-type', 'application/json; charset=utf-8')
  read(): string {
    return this.json;
  }
}
