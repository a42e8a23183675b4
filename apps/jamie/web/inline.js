// @ts-check
import { element } from './element.js';

/** @typedef {import('./marked.js').MarkedToken} MarkedToken */
/** @typedef {import('./marked.js').Token} Token */
/** @typedef {import('./markdown.js').MarkdownOptions} MarkdownOptions */

const knownTypes = new Set(
  [
    ['blockquote', 'code', 'def', 'heading', 'hr', 'list', 'list_item', 'paragraph', 'space', 'table'],
    ['br', 'checkbox', 'codespan', 'del', 'em', 'escape', 'html', 'image', 'link', 'strong', 'text'],
  ].flat(),
);

// A list of numbers in brackets: [1], [2, 3]
const citations = /\[(\d{1,2}(?:\s*,\s*\d{1,2})*)\]/g;

/**
 * The nodes of a line of Markdown.
 * @param {readonly Token[]} tokens
 * @param {MarkdownOptions} options
 * @returns {readonly Node[]}
 */
export function inlineNodes(tokens, options) {
  return knownTokens(tokens).flatMap((token) => nodesOf(token, options));
}

/**
 * The tokens of the parser itself; an extension could add others.
 * @param {readonly { type: string }[]} tokens
 * @returns {readonly MarkedToken[]}
 */
export function knownTokens(tokens) {
  return tokens.filter(isKnown);
}

/**
 * @param {{ type: string }} token
 * @returns {token is MarkedToken}
 */
function isKnown(token) {
  return knownTypes.has(token.type);
}

/**
 * @param {MarkedToken} token
 * @param {MarkdownOptions} options
 * @returns {readonly Node[]}
 */
function nodesOf(token, options) {
  switch (token.type) {
    case 'strong':
    case 'em':
    case 'del':
      return [element(token.type, {}, ...inlineNodes(token.tokens, options))];
    case 'codespan':
      return [element('code', {}, token.text)];
    case 'br':
      return [element('br')];
    case 'checkbox':
      return [text(token.checked ? '☑ ' : '☐ ')];
    case 'link':
      return link(token, options);
    case 'image':
      // Not loaded: its address alone could tell somebody else what was read here.
      return link({ href: token.href, text: token.text, tokens: [] }, options);
    case 'html':
      return html(token.raw);
    case 'escape':
      return [text(token.text)];
    case 'text':
      return token.tokens ? inlineNodes(token.tokens, options) : cited(decoded(token.text), options);
    default:
      return [text(token.raw)];
  }
}

/**
 * A link that may be followed, with its host where the text does not say it; otherwise the text alone.
 * @param {{ href: string, text: string, tokens: readonly Token[] }} token
 * @param {MarkdownOptions} options
 * @returns {readonly Node[]}
 */
function link(token, options) {
  const words =
    token.tokens.length > 0 ? inlineNodes(token.tokens, options) : [text(token.text || token.href)];
  const target = options.link(decoded(token.href));
  if (target === undefined) return words;
  const away = target.away ? { rel: 'noopener noreferrer', target: '_blank' } : {};
  const made = element('a', { href: target.href, ...away }, ...words);
  const said = target.host === '' || made.textContent.includes(target.host);
  return said ? [made] : [made, element('span', { class: 'host' }, ` (${target.host})`)];
}

/**
 * HTML is shown as it was written. Two harmless things that people write in Markdown are understood.
 * @param {string} raw
 * @returns {readonly Node[]}
 */
function html(raw) {
  if (/^\s*<!--[\s\S]*-->\s*$/.test(raw)) return [];
  return /^<br\s*\/?>$/i.test(raw.trim()) ? [element('br')] : [text(raw)];
}

/**
 * @param {string} written
 * @param {MarkdownOptions} options
 * @returns {readonly Node[]}
 */
function cited(written, { citation }) {
  if (citation === undefined) return [text(written)];
  // At odd places stands what the pattern has caught.
  return written.split(citations).flatMap((part, at) => {
    if (at % 2 === 0) return part === '' ? [] : [text(part)];
    const marks = part.split(',').map((number) => citation(Number(number)));
    return marks.every((mark) => mark !== undefined) ? marks : [text(`[${part}]`)];
  });
}

/** @type {Readonly<Record<string, string>>} */
const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/**
 * Character references, which the lexer leaves as they are.
 * @param {string} written
 */
function decoded(written) {
  return written.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[name] ?? whole;
    const code = decimal === undefined ? parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}

/** @param {string} content */
function text(content) {
  return document.createTextNode(content);
}
