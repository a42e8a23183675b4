import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import { RunbookSearch } from '@jamie/core';
import { Refusal } from '../http/errors';
import { parseRunbookRequest } from './runbook-request';
import {
  type RunbookList,
  type RunbookText,
  toFoundEntry,
  toRunbookEntry,
  toRunbookText,
} from './runbook-response';

/** What Jamie knows, to list, search and read. */
@Controller('api/runbooks')
export class RunbooksController {
  constructor(private readonly runbooks: RunbookSearch) {}

  @Get()
  @Header('cache-control', 'no-store')
  list(@Query() parameters: unknown): RunbookList {
    const { query = '', limit } = parseRunbookRequest(parameters);
    const runbooks =
      query === ''
        ? this.runbooks.list().slice(0, limit).map(toRunbookEntry)
        : this.runbooks.search(query, limit).map(toFoundEntry);
    return { runbooks, total: this.runbooks.count() };
  }

  @Get('*path')
  @Header('cache-control', 'no-store')
  read(@Param('path') parts: readonly string[] | string): RunbookText {
    const path = [parts].flat().join('/');
    const runbook = this.runbooks.find(path);
    if (runbook === undefined)
      throw new Refusal(404, 'There is no such runbook. GET /api/runbooks lists what there is.');
    return toRunbookText(runbook);
  }
}
