import { runbookRequest } from '../runbooks/runbook-request';
import { runbookList, runbookText } from '../runbooks/runbook-response';
import { type Json, content, failures, open, schema } from './parts';

/** The runbooks, to list, search and read. */
export function runbookPaths(): Json {
  const query = Object.entries(runbookRequest.shape).map(([name, type]) => ({
    name,
    in: 'query',
    schema: schema(type, 'input'),
  }));
  const path = {
    name: 'path',
    in: 'path',
    required: true,
    description: 'As in the list, with its slashes',
    schema: { type: 'string' },
    example: 'kubernetes/workloads/KubePodCrashLooping.md',
  };
  return {
    '/api/runbooks': { get: reading('List or search the runbooks', 'RunbookList', query) },
    '/api/runbooks/{path}': { get: reading('Read one runbook', 'Runbook', [path]) },
  };
}

export function runbookSchemas(): Json {
  return { RunbookList: schema(runbookList, 'output'), Runbook: schema(runbookText, 'output') };
}

function reading(summary: string, result: string, parameters: readonly Json[]): Json {
  return {
    summary,
    ...open,
    parameters,
    responses: { 200: { description: summary, content: content(result) }, ...failures([400, 401, 404, 429]) },
  };
}
