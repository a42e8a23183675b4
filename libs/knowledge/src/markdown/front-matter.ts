import { parse } from 'yaml';
import { z } from 'zod';
import { BrokenRunbookError } from '../folder/broken-runbook';

const longestFrontMatter = 4_096;
const block = /^---[ \t]*\r?\n([\s\S]*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/;

// Lenient: collections carry other people's keys and types; what does not fit is as good as absent.
const text = z.string().trim().min(1).max(300).optional().catch(undefined);
const link = z
  .url({ protocol: /^https?$/ })
  .optional()
  .catch(undefined);
const names = z
  .union([z.string().transform((value) => value.split(',')), z.array(z.string().catch(''))])
  .transform((list) => list.map((name) => name.trim()).filter((name) => name !== '' && name.length <= 300))
  .optional()
  .catch(undefined);
const schema = z.object({
  title: text,
  alerts: names,
  services: names,
  severity: text,
  url: link,
  runbook_url: link,
});

export type FrontMatter = z.infer<typeof schema>;

export interface SplitFile {
  readonly frontMatter: FrontMatter;
  /** The Markdown below. */
  readonly body: string;
}

/** Takes the YAML front matter off a file. Throws `BrokenRunbookError` when it is no YAML, or too long. */
export function splitFrontMatter(file: string): SplitFile {
  const [whole, yaml] = block.exec(file) ?? [];
  if (whole === undefined || yaml === undefined) return { frontMatter: {}, body: file };
  const values = parseYaml(yaml);
  // Text between two rules is no front matter, however it starts.
  if (values !== null && (typeof values !== 'object' || Array.isArray(values))) {
    return { frontMatter: {}, body: file };
  }
  return { frontMatter: schema.parse(values ?? {}), body: file.slice(whole.length) };
}

function parseYaml(yaml: string): unknown {
  if (yaml.length > longestFrontMatter) {
    throw new BrokenRunbookError(`its front matter is longer than ${longestFrontMatter} characters`);
  }
  try {
    return parse(yaml, { maxAliasCount: 10, prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
  } catch (error) {
    throw new BrokenRunbookError('its front matter is not valid YAML', { cause: error });
  }
}
