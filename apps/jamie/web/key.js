// @ts-check
import { element } from './element.js';

const place = 'jamie.key';

/** The key that was given in this tab. */
export function keyInUse() {
  return sessionStorage.getItem(place) ?? undefined;
}

/**
 * Forgets the key unless another one has been given since.
 * @param {string | undefined} key
 */
export function forgetKey(key) {
  if (key === keyInUse()) sessionStorage.removeItem(place);
}

/** @type {Promise<boolean> | undefined} */
let asking;

/**
 * Asks for an API key, once for all who wait for it. False when none was given.
 * @param {boolean} wasRefused whether a key has been tried already
 * @returns {Promise<boolean>}
 */
export function requestKey(wasRefused) {
  asking ??= ask(wasRefused).finally(() => (asking = undefined));
  return asking;
}

/** @param {boolean} wasRefused */
function ask(wasRefused) {
  const { dialog, form, input } = keyDialog(wasRefused);
  return new Promise((resolve) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const key = input.value.trim();
      if (key !== '') sessionStorage.setItem(place, key);
      if (key !== '') dialog.close('given');
    });
    form.addEventListener('reset', () => dialog.close());
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'given');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** @param {boolean} wasRefused */
function keyDialog(wasRefused) {
  const problem = wasRefused
    ? element('p', { class: 'problem', id: 'key-problem' }, 'That key was not accepted.')
    : undefined;
  const input = element('input', {
    id: 'key',
    type: 'password',
    autocomplete: 'off',
    required: true,
    'aria-describedby': wasRefused ? 'key-problem key-note' : 'key-note',
  });
  const form = element(
    'form',
    {},
    element('h2', { id: 'key-title' }, 'This Jamie asks for an API key'),
    problem,
    element('label', { for: 'key' }, 'API key'),
    input,
    element('p', { class: 'note', id: 'key-note' }, 'It is kept in this tab only, until you close it.'),
    element(
      'div',
      { class: 'choices' },
      element('button', { type: 'reset' }, 'Not now'),
      element('button', { type: 'submit', class: 'primary' }, 'Use this key'),
    ),
  );
  const dialog = element('dialog', { class: 'small', 'aria-labelledby': 'key-title' }, form);
  return { dialog, form, input };
}
