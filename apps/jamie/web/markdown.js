// @ts-check
// Markdown to elements, by way of marked's tokens: no string is ever parsed as HTML, so nothing needs to be cleaned.
import { codeBlock } from './code-block.js';
import { element, headingElement } from './element.js';
import { inlineNodes, knownTokens } from './inline.js';
import { anchorOf } from './links.js';
import { lexer } from './marked.js';

/** @typedef {import('./marked.js').MarkedToken} MarkedToken */
/** @typedef {import('./marked.js').Token} Token */
/** @typedef {import('./marked.js').Tokens.List} List */
/** @typedef {import('./marked.js').Tokens.ListItem} ListItem */
/** @typedef {import('./marked.js').Tokens.Table} Table */

/**
 * @typedef {object} MarkdownOptions
 * @property {(href: string) => import('./links.js').Link | undefined} link Undefined: it stays plain text.
 * @property {(number: number) => Node | undefined} [citation] What `[1]` becomes.
 * @property {number} [topHeading] Level of the highest heading; 3 unless given.
 * @property {boolean} [anchors] Whether headings can be linked to.
 */

const deepest = 16;
const lowestHeading = 6;

/** A growing Markdown text on the page. Blocks that have not changed keep their elements, and with them a selection. */
export class MarkdownView {
  /** @type {{ raw: string, node: Node }[]} */
  #blocks = [];

  /**
   * @param {Element} place
   * @param {MarkdownOptions} options
   */
  constructor(place, options) {
    this.place = place;
    this.options = options;
  }

  /** @param {string} text */
  show(text) {
    const levels = new HeadingLevels(this.options.topHeading ?? 3);
    const tokens = tokensOf(text).filter(isShown);
    const blocks = tokens.map((token, at) => {
      const level = token.type === 'heading' ? levels.of(token.depth) : 0;
      const shown = this.#blocks[at];
      if (shown?.raw === token.raw) return shown;
      return { raw: token.raw, node: blockNode(token, { ...this.options, level, depth: 0 }) };
    });
    const kept = blocks.findIndex((block, at) => block !== this.#blocks[at]);
    if (kept >= 0 || blocks.length < this.#blocks.length)
      this.#replaceFrom(kept < 0 ? blocks.length : kept, blocks);
    this.#blocks = blocks;
  }

  /** Forgets what is drawn: what the options answer has changed. */
  clear() {
    this.place.replaceChildren();
    this.#blocks = [];
  }

  /**
   * @param {number} start
   * @param {readonly { node: Node }[]} blocks
   */
  #replaceFrom(start, blocks) {
    while (this.place.childNodes.length > start) this.place.lastChild?.remove();
    this.place.append(...blocks.slice(start).map(({ node }) => node));
  }
}

/** Numbers headings without gaps, whatever levels the text uses: screen readers navigate by them. */
class HeadingLevels {
  /** @type {number[]} */
  #open = [];

  /** @param {number} top */
  constructor(top) {
    this.top = top;
  }

  /** @param {number} depth */
  of(depth) {
    while ((this.#open.at(-1) ?? 0) >= depth) this.#open.pop();
    this.#open.push(depth);
    return Math.min(lowestHeading, this.top + this.#open.length - 1);
  }
}

/**
 * @param {string} text
 * @returns {readonly MarkedToken[]}
 */
function tokensOf(text) {
  try {
    return knownTokens(lexer(text));
  } catch {
    // Nested beyond what the parser can follow.
    return [{ type: 'code', raw: text, text }];
  }
}

/** @param {MarkedToken} token */
function isShown({ type }) {
  return type !== 'space' && type !== 'def';
}

/**
 * @typedef {MarkdownOptions & { level: number, depth: number }} Place
 */

/**
 * @param {MarkedToken} token
 * @param {Place} place
 * @returns {Node}
 */
function blockNode(token, place) {
  if (place.depth > deepest) return element('p', {}, token.raw);
  switch (token.type) {
    case 'heading':
      return heading(token.text, inlineNodes(token.tokens, place), place);
    case 'code':
      return codeBlock(token.text, /^\S*/.exec(token.lang ?? '')?.[0] ?? '');
    case 'list':
      return list(token, place);
    case 'table':
      return table(token, place);
    case 'blockquote':
      return element('blockquote', {}, ...blocksOf(token.tokens, place));
    case 'hr':
      return element('hr');
    case 'paragraph':
      return element('p', {}, ...inlineNodes(token.tokens, place));
    default:
      return element('p', {}, ...inlineNodes([token], place));
  }
}

/**
 * @param {readonly Token[]} tokens
 * @param {Place} place
 */
function blocksOf(tokens, place) {
  const inside = { ...place, level: 0, depth: place.depth + 1 };
  return knownTokens(tokens)
    .filter(isShown)
    .map((token) => blockNode(token, inside));
}

/**
 * @param {string} text
 * @param {readonly Node[]} nodes
 * @param {Place} place Level 0: inside of a list or a quotation, where no heading of the page belongs.
 */
function heading(text, nodes, { level, anchors }) {
  if (level === 0) return element('p', {}, element('strong', {}, ...nodes));
  return headingElement(level, { id: anchors === true ? anchorOf(text) : undefined }, ...nodes);
}

/**
 * @param {List} token
 * @param {Place} place
 */
function list(token, place) {
  const items = token.items.map((item) => element('li', {}, ...itemNodes(item, place)));
  if (!token.ordered) return element('ul', {}, ...items);
  return element(
    'ol',
    { start: token.start === 1 || token.start === '' ? undefined : token.start },
    ...items,
  );
}

/**
 * @param {ListItem} item
 * @param {Place} place
 * @returns {readonly Node[]}
 */
function itemNodes(item, place) {
  return knownTokens(item.tokens).flatMap((token) => {
    if (token.type === 'text' || token.type === 'checkbox') return inlineNodes([token], place);
    return blocksOf([token], place);
  });
}

/**
 * @param {Table} token
 * @param {Place} place
 */
function table(token, place) {
  /** @param {import('./marked.js').Tokens.TableCell} cell */
  const align = (cell) => ({ class: cell.align === null ? undefined : `align-${cell.align}` });
  const head = token.header.map((cell) =>
    element('th', { scope: 'col', ...align(cell) }, ...inlineNodes(cell.tokens, place)),
  );
  const rows = token.rows.map((row) =>
    element('tr', {}, ...row.map((cell) => element('td', align(cell), ...inlineNodes(cell.tokens, place)))),
  );
  const made = element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...rows),
  );
  return element('div', { class: 'table', tabindex: 0, role: 'group', 'aria-label': 'Table' }, made);
}
