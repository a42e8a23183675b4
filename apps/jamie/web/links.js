// @ts-check
const allowed = new Set(['http:', 'https:', 'mailto:']);

/**
 * @typedef {object} Link
 * @property {string} href
 * @property {string} host What is shown beside a link whose text does not say where it leads; empty: nothing.
 * @property {boolean} away Whether it leads out of Jamie.
 */

/**
 * The link that a model's answer may make: an absolute web or mail address. A user name in it could disguise the host.
 * @param {string} href
 * @returns {Link | undefined}
 */
export function webLink(href) {
  if (!URL.canParse(href)) return undefined;
  const url = new URL(href);
  if (!allowed.has(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  return { href: url.href, host: url.host, away: true };
}

/**
 * Resolves the links of a runbook's text: to its own sections, to other runbooks beside it, or to the web.
 * @param {string} path of the runbook
 * @returns {(href: string) => Link | undefined}
 */
export function linksOfRunbook(path) {
  const base = new URL(runbookAddress(path), 'http://runbooks.invalid');
  return (href) => {
    if (href.startsWith('#')) return { href, host: '', away: false };
    if (!URL.canParse(href, base)) return undefined;
    const url = new URL(href, base);
    if (url.origin !== base.origin) return webLink(url.href);
    if (!url.pathname.startsWith('/runbooks/') || !/\.(md|markdown)$/i.test(url.pathname)) return undefined;
    return { href: url.pathname + url.hash, host: '', away: false };
  };
}

/**
 * Where a runbook is read on these pages.
 * @param {string} path
 * @param {string} [heading] of the section to begin at
 */
export function runbookAddress(path, heading) {
  const place = heading === undefined ? '' : `#${anchorOf(heading)}`;
  return `/runbooks/${path.split('/').map(encodeURIComponent).join('/')}${place}`;
}

/**
 * The anchor of a heading, as GitHub makes it.
 * @param {string} heading
 */
export function anchorOf(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}
