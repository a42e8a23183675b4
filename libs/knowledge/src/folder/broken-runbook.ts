/** A file, or a folder, that cannot be read as runbooks. The message says why and completes "Runbook X is skipped: ". */
export class BrokenRunbookError extends Error {
  override readonly name = 'BrokenRunbookError';
}
