// @ts-check
import { element, headingElement } from './element.js';
import { anchorOf, linksOfRunbook, webLink } from './links.js';
import { MarkdownView } from './markdown.js';

/**
 * @typedef {object} RunbookFacts
 * @property {string} title
 * @property {string} path
 * @property {readonly string[]} alerts
 * @property {readonly string[]} services
 * @property {string} [severity]
 * @property {string} [url]
 */
/** @typedef {RunbookFacts & { sections: readonly { heading: string, text: string }[] }} Runbook */

/**
 * The text of a runbook, below its title.
 * @param {Runbook} runbook
 * @param {number} level of its sections' headings
 */
export function runbookText(runbook, level) {
  const parts = runbook.sections.flatMap(({ heading, text }) => {
    const body = element('div', { class: 'text' });
    const options = { link: linksOfRunbook(runbook.path), topHeading: level + 1, anchors: true };
    new MarkdownView(body, options).show(text);
    if (heading === runbook.title) return [body];
    return [headingElement(level, { id: anchorOf(heading), tabindex: -1 }, heading), body];
  });
  return element('div', { class: 'runbook' }, runbookFacts(runbook), ...parts);
}

/** @param {RunbookFacts} runbook */
function runbookFacts({ alerts, services, severity, url, title, path }) {
  const link = url === undefined ? undefined : webLink(url);
  return element(
    'p',
    { class: 'facts' },
    severityMark(severity),
    element('span', {}, path),
    services.length > 0 ? element('span', {}, services.join(', ')) : undefined,
    ...alerts.filter((alert) => alert !== title).map((alert) => element('span', {}, alert)),
    link &&
      element('a', { href: link.href, target: '_blank', rel: 'noopener noreferrer' }, `At ${link.host}`),
  );
}

/** @param {string | undefined} severity */
export function severityMark(severity) {
  if (severity === undefined) return undefined;
  const known = ['critical', 'warning', 'info'].includes(severity) ? ` ${severity}` : '';
  return element('span', { class: `severity${known}` }, severity);
}

/**
 * Scrolls to a section and lets reading begin there.
 * @param {ParentNode} inside
 * @param {string} hash with its `#`
 */
export function goToSection(inside, hash) {
  if (hash.length < 2) return;
  const section = inside.querySelector(`#${CSS.escape(decodeURIComponent(hash.slice(1)))}`);
  section?.scrollIntoView();
}
