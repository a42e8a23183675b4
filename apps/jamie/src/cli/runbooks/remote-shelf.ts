import type { z } from 'zod';
import { runbookList, runbookText } from '../../runbooks/runbook-response';
import { CommandError } from '../command';
import { type RemoteJamie, refusalOf, send, textOf } from '../remote-jamie';
import type { Shelf } from './shelf';

/** The runbooks of a Jamie that runs. */
export function remoteShelf(jamie: RemoteJamie, signal: AbortSignal): Shelf {
  const get = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const answer = await send(jamie, { path, accept: 'application/json' }, signal);
    if (answer.statusCode !== 200) throw await refusalOf(answer, jamie);
    return parsed(await textOf(answer), schema, jamie);
  };
  return {
    list: (words, limit) => {
      const query = new URLSearchParams({ query: words, limit: String(limit) });
      return get(`/api/runbooks?${query.toString()}`, runbookList);
    },
    read: (path) => get(`/api/runbooks/${path.split('/').map(encodeURIComponent).join('/')}`, runbookText),
  };
}

function parsed<T>(text: string, schema: z.ZodType<T>, { url }: RemoteJamie): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new CommandError(`What answers at ${url} is not this version of Jamie: check --url or JAMIE_URL.`);
  }
}
