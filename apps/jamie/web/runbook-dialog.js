// @ts-check
// Shows a runbook beside the conversation, so that nobody has to leave a running answer.
import { readJson } from './api.js';
import { button, element } from './element.js';
import { goToSection, runbookText } from './runbook-view.js';

/**
 * Opens links to runbooks in a dialog. With a key held, or another button, they open as every link does.
 * @param {HTMLElement} place
 */
export function openRunbooksFrom(place) {
  place.addEventListener('click', (event) => {
    const link = runbookLink(event);
    if (link === undefined) return;
    event.preventDefault();
    void open(link);
  });
}

/** @param {MouseEvent} event */
function runbookLink(event) {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
    return undefined;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link === null || link.target !== '' || link.origin !== location.origin) return undefined;
  return link.pathname.startsWith('/runbooks/') ? link : undefined;
}

/** @param {HTMLAnchorElement} link */
async function open(link) {
  const title = element('h2', { id: 'runbook-title' }, link.textContent);
  const body = element('div', {
    class: 'body',
    tabindex: 0,
    role: 'group',
    'aria-labelledby': 'runbook-title',
  });
  const page = element('a', { href: link.href }, 'Open as a page');
  const close = button('Close', () => dialog.close());
  const head = element('header', {}, title, element('span', { class: 'choices' }, page, close));
  const dialog = element('dialog', { class: 'wide', 'aria-labelledby': 'runbook-title' }, head, body);
  /** @param {HTMLAnchorElement} wanted */
  const show = async (wanted) => {
    page.href = wanted.href;
    await fill(body, title, wanted);
  };
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
    const inner = runbookLink(event);
    const section = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
    if (section === null && (inner === undefined || inner === page)) return;
    event.preventDefault();
    if (section !== null) goToSection(body, section.getAttribute('href') ?? '');
    else if (inner !== undefined) void show(inner);
  });
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
  await show(link);
}

/**
 * @param {HTMLElement} body
 * @param {HTMLElement} title
 * @param {HTMLAnchorElement} link
 */
async function fill(body, title, link) {
  body.setAttribute('aria-busy', 'true');
  try {
    const runbook = await readJson(`/api${link.pathname}`);
    title.textContent = runbook.title;
    body.replaceChildren(runbookText(runbook, 3));
    body.scrollTop = 0;
    goToSection(body, link.hash);
  } catch (thrown) {
    body.replaceChildren(element('p', { class: 'problem' }, thrown instanceof Error ? thrown.message : ''));
  } finally {
    body.removeAttribute('aria-busy');
  }
}
