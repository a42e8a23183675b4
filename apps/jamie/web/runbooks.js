// @ts-check
import { announce } from './announcer.js';
import { readJson } from './api.js';
import { byId, element } from './element.js';
import { linksOfRunbook, runbookAddress } from './links.js';
import { MarkdownView } from './markdown.js';
import { goToSection, runbookText, severityMark } from './runbook-view.js';

/**
 * @typedef {import('./runbook-view.js').RunbookFacts & { summary: string, heading?: string }} Entry
 * @typedef {{ runbooks: readonly Entry[], total: number }} Entries
 */

const mostEntries = 1000;
const typingPauseMs = 200;

const place = byId('content', HTMLElement);
const title = byId('title', HTMLElement);
const search = byId('search', HTMLInputElement);

/** @type {AbortController | undefined} */
let reading;

/** Lists all runbooks, or those that fit what is searched. A newer search replaces one that is still running. */
async function list() {
  const query = search.value.trim();
  history.replaceState(null, '', query === '' ? '/runbooks' : `/runbooks?query=${encodeURIComponent(query)}`);
  reading?.abort();
  reading = new AbortController();
  const { signal } = reading;
  try {
    const parameters = new URLSearchParams({ query, limit: String(query === '' ? mostEntries : 20) });
    /** @type {Entries} */
    const entries = await readJson(`/api/runbooks?${parameters}`, signal);
    show(query, entries);
  } catch (thrown) {
    if (!signal.aborted) tell(thrown);
  }
}

/**
 * @param {string} query
 * @param {Entries} entries
 */
function show(query, { runbooks, total }) {
  const words = countOf(query, runbooks.length, total);
  byId('count', HTMLElement).textContent = words;
  if (query !== '') announce(words);
  place.replaceChildren(...(query === '' ? byFolder(runbooks) : [entryList(runbooks)]));
}

/**
 * @param {string} query
 * @param {number} shown
 * @param {number} total
 */
function countOf(query, shown, total) {
  if (query === '')
    return shown < total ? `The first ${shown} of ${total}; search to find the others.` : `${total} in all.`;
  if (shown === 0) return `None of ${total} fits. The name of the alert or of the symptom helps.`;
  return shown === 1 ? `One of ${total} fits.` : `${shown} of ${total} fit, the best one first.`;
}

/** @param {readonly Entry[]} runbooks */
function byFolder(runbooks) {
  /** @type {Map<string, Entry[]>} */
  const folders = new Map();
  for (const entry of runbooks) {
    const folder = entry.path.includes('/') ? entry.path.replace(/\/[^/]*$/, '') : '';
    folders.set(folder, [...(folders.get(folder) ?? []), entry]);
  }
  return [...folders].flatMap(([folder, entries]) => [
    element('h2', {}, folder === '' ? 'General' : folder.replaceAll('/', ' / ')),
    entryList(entries),
  ]);
}

/** @param {readonly Entry[]} entries */
function entryList(entries) {
  return element('ul', { class: 'entries' }, ...entries.map(entryItem));
}

/** @param {Entry} entry */
function entryItem(entry) {
  const { title: name, path, heading, severity, summary } = entry;
  const text = element('div', { class: 'summary' });
  new MarkdownView(text, { link: linksOfRunbook(path) }).show(summary);
  const section =
    heading === undefined || heading === name
      ? undefined
      : element('a', { class: 'section', href: runbookAddress(path, heading) }, heading);
  const head = element(
    'p',
    { class: 'head' },
    element('a', { href: runbookAddress(path) }, name),
    severityMark(severity),
    section,
  );
  return element('li', {}, head, text);
}

async function read() {
  byId('search-form', HTMLElement).hidden = true;
  byId('count', HTMLElement).hidden = true;
  try {
    /** @type {import('./runbook-view.js').Runbook} */
    const runbook = await readJson(`/api${location.pathname}`);
    document.title = `${runbook.title} · Jamie`;
    title.textContent = runbook.title;
    const question = new URLSearchParams({ ask: `${runbook.title}: what do I do?` });
    place.replaceChildren(
      runbookText(runbook, 2),
      element(
        'p',
        { class: 'choices' },
        element('a', { class: 'button primary', href: `/?${question}` }, 'Ask Jamie about this'),
        element('a', { class: 'button', href: '/runbooks' }, 'All runbooks'),
      ),
    );
    goToSection(place, location.hash);
  } catch (thrown) {
    title.textContent = 'Runbook';
    tell(thrown);
  }
}

/** @param {unknown} thrown */
function tell(thrown) {
  const words = thrown instanceof Error ? thrown.message : 'Something went wrong on this page.';
  place.replaceChildren(
    element('p', { class: 'problem' }, words),
    element('p', {}, element('a', { href: '/runbooks' }, 'All runbooks')),
  );
  announce(words);
}

function startList() {
  search.value = new URLSearchParams(location.search).get('query') ?? '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  search.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(() => void list(), typingPauseMs);
  });
  byId('search-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(pause);
    void list();
  });
  search.focus();
  void list();
}

if (/^\/runbooks\/?$/i.test(location.pathname)) startList();
else void read();
