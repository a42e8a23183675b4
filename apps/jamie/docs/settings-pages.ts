import { isAbsolute } from 'node:path';
import { z } from 'zod';
import { secretSettings, settingGroups } from '../src/config/settings';

const nameWidth = 37;
const command = 'npm run docs:settings';

/** The text of `.env.example`. */
export function envExample(): string {
  const head = [
    `# Every setting of Jamie, with its default, written by \`${command}\` from apps/jamie/src/config/settings.ts.`,
    '# Copy to .env and uncomment what you change; an empty value counts as not set.',
    '# All wrong settings are reported at once when Jamie starts.',
  ];
  const groups = settingGroups.map(([heading, group]) => {
    const lines = Object.entries(group).map(
      ([name, type]) => `# ${`${name}=${defaultOf(type)}`.padEnd(nameWidth - 1)} # ${meaningOf(name, type)}`,
    );
    return [`# --- ${heading} ---`, ...lines].join('\n');
  });
  return `${[head.join('\n'), ...groups].join('\n\n')}\n`;
}

/** The text of `docs/configuration.md`. */
export function configurationPage(): string {
  const head = [
    `<!-- Written by \`${command}\` from apps/jamie/src/config/settings.ts: change it there. -->`,
    '# Configuration',
    'Settings are environment variables, or lines of a `.env` file in the folder Jamie is started in. They are read once, at start. An empty value counts as not set; a wrong one ends the start with a message that names it, all wrong ones at once.',
    'Values of the settings marked † are never repeated in a message or a log.',
  ];
  const groups = settingGroups.map(([heading, group]) => `## ${heading}\n\n${table(Object.entries(group))}`);
  return `${[...head, ...groups].join('\n\n')}\n`;
}

function table(entries: readonly (readonly [name: string, type: z.core.$ZodType])[]): string {
  const rows = entries.map(([name, type]) => [
    `\`${name}\`${secretSettings.has(name) ? ' †' : ''}`,
    code(defaultOf(type)),
    valuesOf(type),
    meaningOf(name, type).replaceAll(/[|<*]/g, '\\$&'),
  ]);
  const all = [['variable', 'default', 'values', 'meaning'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const [header = '', ...body] = all.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [header, rule, ...body].join('\n');
}

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);

/** '' where there is none, or where it depends on the machine: then the meaning tells it. */
function defaultOf(type: z.core.$ZodType): string {
  const value = schemaOf(type).default;
  if (typeof value === 'string') return isAbsolute(value) ? '' : value;
  return typeof value === 'number' || typeof value === 'boolean' ? `${value}` : '';
}

function valuesOf(type: z.core.$ZodType): string {
  const { type: kind, default: fallback, enum: words, const: only, ...rest } = schemaOf(type);
  if (typeof fallback === 'boolean') return 'true or false';
  if (only !== undefined) return code(String(only));
  if (words !== undefined) return words.map((word) => code(String(word))).join(', ');
  if (rest.format === 'uri') return 'an http or https address';
  if (kind !== 'integer' && kind !== 'number') return '';
  const least = rest.minimum ?? `above ${rest.exclusiveMinimum}`;
  return `${kind === 'integer' ? 'whole number, ' : ''}${least} to ${rest.maximum}`;
}

/** @throws Error for a setting that nobody has described */
function meaningOf(name: string, type: z.core.$ZodType): string {
  const { description } = schemaOf(type);
  if (description === undefined)
    throw new Error(`settings.ts: ${name} has no meaning; add .describe('...') to it.`);
  return description;
}

function schemaOf(type: z.core.$ZodType): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(type, { io: 'output', unrepresentable: 'any' });
}
