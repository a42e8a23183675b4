import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { packageRoot } from '../package-root';

export interface WebFile {
  readonly type: string;
  readonly etag: string;
  readonly body: Buffer;
  readonly gzipped: Buffer;
}

export type PageName = 'index.html' | 'runbooks.html';

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const entryOf: Readonly<Record<PageName, string>> = {
  'index.html': 'chat.js',
  'runbooks.html': 'runbooks.js',
};

/**
 * The pages and what they load, read once into memory: what is not in this list is not there, whatever a path says.
 * Addresses of assets hold a digest of all of them, so that browsers may keep them for ever.
 */
@Injectable()
export class WebFiles {
  /** Names the present version of all assets. */
  readonly digest: string;
  private readonly assets: ReadonlyMap<string, WebFile>;
  private readonly pages: Readonly<Record<PageName, WebFile>>;

  constructor() {
    const folder = join(packageRoot, 'apps/jamie/web');
    const names = readdirSync(folder).filter((name) => extname(name) in types);
    const texts = new Map(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
    texts.set('marked.js', marked());
    this.digest = digestOf([...texts.values()].join('\0'));
    this.assets = new Map([...texts].filter(([name]) => !name.endsWith('.html')).map(asFile));
    const page = (name: PageName) => asFile([name, this.filled(texts, name)])[1];
    this.pages = { 'index.html': page('index.html'), 'runbooks.html': page('runbooks.html') };
  }

  page(name: PageName): WebFile {
    return this.pages[name];
  }

  asset(name: string): WebFile | undefined {
    return this.assets.get(name);
  }

  /** The page's HTML with the addresses of its assets; all modules are named, so that the browser loads them at once. */
  private filled(texts: ReadonlyMap<string, string>, name: PageName): string {
    const assets = `/assets/${this.digest}`;
    const entry = entryOf[name];
    const preloads = [...importsOf(entry, texts)].map(
      (module) => `<link rel="modulepreload" href="${assets}/${module}" />`,
    );
    const modules = [...preloads, `<script type="module" src="${assets}/${entry}"></script>`].join('\n    ');
    return (texts.get(name) ?? '').replaceAll('{assets}', assets).replace('{modules}', modules);
  }
}

/** The parser's own file, as its package has it. */
function marked(): string {
  return readFileSync(require.resolve('marked'), 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
}

function asFile([name, text]: readonly [string, string]): [string, WebFile] {
  const body = Buffer.from(text);
  const type = types[extname(name)] ?? '';
  return [name, { type, etag: `"${digestOf(text)}"`, body, gzipped: gzipSync(body, { level: 9 }) }];
}

/** Every module that one leads to, itself not counted. */
function importsOf(entry: string, texts: ReadonlyMap<string, string>): ReadonlySet<string> {
  const found = new Set<string>();
  const follow = (module: string): void => {
    for (const [, name = ''] of (texts.get(module) ?? '').matchAll(
      /^import .*?from '\.\/([\w-]+\.js)';$/gm,
    )) {
      if (found.has(name)) continue;
      found.add(name);
      follow(name);
    }
  };
  follow(entry);
  return found;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
