// @ts-check
import { byId } from './element.js';

const place = byId('announcer', HTMLElement);

/**
 * Tells people who do not see the page.
 * @param {string} words
 */
export function announce(words) {
  place.textContent = words;
}
