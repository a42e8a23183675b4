// @ts-check

/** @typedef {Node | string | undefined} Child */

/**
 * Makes an element. Strings become text, never markup; `true` is an empty attribute, `undefined` and `false` are none.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, string | number | boolean | undefined>>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

const headingTags = /** @type {const} */ (['h1', 'h2', 'h3', 'h4', 'h5']);

/**
 * @param {number} level 1 to 6
 * @param {Readonly<Record<string, string | number | undefined>>} attributes
 * @param {...Child} children
 */
export function headingElement(level, attributes, ...children) {
  return element(headingTags[level - 1] ?? 'h6', attributes, ...children);
}

/**
 * A sentence, with what stands between backticks as code.
 * @param {string} words
 */
export function withCode(words) {
  return words.split(/`([^`]+)`/).map((part, at) => (at % 2 === 0 ? part : element('code', {}, part)));
}

/**
 * A button that does something on this page.
 * @param {string} label
 * @param {() => unknown} action
 * @param {Readonly<Record<string, string | boolean | undefined>>} [attributes]
 */
export function button(label, action, attributes = {}) {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', action);
  return made;
}

/**
 * An element that the page's HTML has.
 * @template {Element} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`The page has no #${id}.`);
}
