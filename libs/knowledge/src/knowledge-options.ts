export interface KnowledgeOptions {
  /** Folder of Markdown files, read recursively. */
  readonly directory: string;
  /** Whether to reload when it changes. */
  readonly watch: boolean;
  /** Whether to refuse to start without the folder; otherwise Jamie starts without runbooks and waits for it. */
  readonly required?: boolean;
}
