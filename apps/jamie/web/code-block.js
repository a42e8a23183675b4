// @ts-check
import { button, element } from './element.js';

const confirmationMs = 2000;

/**
 * Code with a button that copies it.
 * @param {string} text
 * @param {string} language empty when none is named
 */
export function codeBlock(text, language) {
  const code = element('code', {}, text);
  const copy = copyButton(text, 'Copy');
  const name = language === '' ? 'Code' : `Code, ${language}`;
  const head = element('figcaption', {}, element('span', {}, language), copy);
  // Long lines are scrolled, by keyboard too.
  const scroller = element('pre', { tabindex: 0, role: 'group', 'aria-label': name }, code);
  return element('figure', { class: 'code' }, head, scroller);
}

/**
 * @param {string} text what is copied
 * @param {string} label
 */
export function copyButton(text, label) {
  const made = button(label, async () => {
    const done = await copied(text);
    made.textContent = done ? 'Copied' : 'Press Ctrl+C';
    setTimeout(() => (made.textContent = label), confirmationMs);
  });
  made.className = 'copy';
  return made;
}

/**
 * Whether it could be copied. The clipboard is there on https and localhost alone; elsewhere the older way is tried.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const focused = document.activeElement;
  const box = element('textarea', { class: 'visually-hidden', readonly: true, 'aria-hidden': 'true' });
  box.value = text;
  (document.querySelector('dialog[open]') ?? document.body).append(box);
  box.select();
  const done = document.execCommand('copy');
  box.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
