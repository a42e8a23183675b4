// @ts-check
import { announce } from './announcer.js';
import { send } from './api.js';
import { button, element } from './element.js';

/** @typedef {'good' | 'bad'} Verdict */

/**
 * Asks whether an answer helped, and for the reason when it did not.
 * @param {string} answerId
 */
export function feedbackOf(answerId) {
  const place = element('span', { class: 'feedback', tabindex: -1 });
  const give = (/** @type {Verdict} */ verdict, /** @type {string} */ reason) =>
    void report(place, answerId, verdict, reason);
  place.append(
    button('Helpful', () => give('good', '')),
    button('Not helpful', () => askReason(place, (reason) => give('bad', reason))),
  );
  return place;
}

/**
 * @param {HTMLElement} place
 * @param {(reason: string) => void} give
 */
function askReason(place, give) {
  const input = element('input', {
    'aria-label': 'What was wrong?',
    placeholder: 'What was wrong?',
    maxlength: 2000,
  });
  const form = element('form', {}, input, element('button', { type: 'submit' }, 'Send'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    give(input.value.trim());
  });
  place.replaceChildren(form);
  input.focus();
}

/**
 * @param {HTMLElement} place
 * @param {string} answerId
 * @param {Verdict} verdict
 * @param {string} reason
 */
async function report(place, answerId, verdict, reason) {
  const words = await sent({ answer_id: answerId, verdict, ...(reason !== '' && { reason }) });
  const hadFocus = place.contains(document.activeElement);
  place.replaceChildren(words);
  // The button that was pressed is gone; whoever goes by keyboard stays here.
  if (hadFocus) place.focus();
  announce(words);
}

/** @param {object} feedback */
async function sent(feedback) {
  try {
    const headers = { 'content-type': 'application/json' };
    await send('/feedback', { method: 'POST', headers, body: JSON.stringify(feedback) });
    return 'Thank you.';
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : 'It could not be sent.';
  }
}
