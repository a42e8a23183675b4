import { readFile } from 'node:fs/promises';
import type { Runbook } from '@jamie/core';
import { parseRunbook } from '../markdown/parse-runbook';
import { type Steps, inSlices } from '../slices';
import { BrokenRunbookError } from './broken-runbook';
import { type ListedFile, type Listing, type Skipped, reasonOf } from './list-folder';

export interface ReadRunbooks {
  readonly runbooks: readonly Runbook[];
  readonly skipped: readonly Skipped[];
}

const mostBytes = 1_048_576;
const mostLines = 20_000;
const filesAtOnce = 16;

/** Reads the files of a listing, in slices that let everything else run in between. What is broken is left out. */
export async function readRunbooks({ files, skipped }: Listing): Promise<ReadRunbooks> {
  const read = { runbooks: [] as Runbook[], skipped: [...skipped] };
  for (let start = 0; start < files.length; start += filesAtOnce) {
    const texts = await Promise.all(files.slice(start, start + filesAtOnce).map(readText));
    await inSlices(parseAll(texts, read));
  }
  return read;
}

interface ReadFile {
  readonly path: string;
  /** The text, or why there is none. */
  readonly text: string | BrokenRunbookError;
}

function* parseAll(
  files: readonly ReadFile[],
  read: { readonly runbooks: Runbook[]; readonly skipped: Skipped[] },
): Steps<void> {
  for (const { path, text } of files) {
    try {
      if (text instanceof BrokenRunbookError) throw text;
      const runbook = parseRunbook(path, text);
      if (runbook !== undefined) read.runbooks.push(runbook);
    } catch (error) {
      read.skipped.push({ path, reason: reasonOf(error) });
    }
    yield;
  }
}

async function readText({ path, absolutePath, bytes }: ListedFile): Promise<ReadFile> {
  try {
    if (bytes > mostBytes) throw new BrokenRunbookError('it is larger than 1 MiB');
    const text = decode(await readFile(absolutePath));
    if (hasMoreLinesThan(mostLines, text))
      throw new BrokenRunbookError(`it has more than ${mostLines} lines`);
    return { path, text };
  } catch (error) {
    return { path, text: new BrokenRunbookError(reasonOf(error)) };
  }
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new BrokenRunbookError('it is not UTF-8', { cause: error });
  }
}

function hasMoreLinesThan(most: number, text: string): boolean {
  return text.split(/\r\n|\n|\r/, most + 1).length > most;
}
