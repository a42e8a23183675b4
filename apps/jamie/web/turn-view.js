// @ts-check
import { copyButton } from './code-block.js';
import { button, element, withCode } from './element.js';
import { feedbackOf } from './feedback.js';
import { runbookAddress, webLink } from './links.js';
import { MarkdownView } from './markdown.js';

/** @typedef {import('./conversation.js').Turn} Turn */
/** @typedef {import('./conversation.js').Source} Source */

/** A question and its answer on the page. */
export class TurnView {
  #origin = element('div', { class: 'origin' });
  #text = element('div', { class: 'text' });
  #status = element('p', { class: 'status' });
  #below = element('div', { class: 'below' });
  #markdown = new MarkdownView(this.#text, { link: webLink, citation: (number) => this.#citation(number) });
  /** @type {readonly Source[]} */
  #sources = [];

  /**
   * @param {Turn} turn
   * @param {() => void} retry
   */
  constructor(turn, retry) {
    this.turn = turn;
    this.retry = retry;
    this.element = element(
      'article',
      { class: 'turn' },
      element('h2', { class: 'question' }, turn.question),
      turn.context ? contextOf(turn.context) : undefined,
      element('div', { class: 'answer' }, this.#origin, this.#text, this.#status, this.#below),
    );
  }

  /**
   * What Jamie is doing right now; empty when the answer has come to its end.
   * @param {string} words
   */
  status(words) {
    this.#status.textContent = words === '' ? '' : `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
  }

  /** Draws what has come so far. */
  update() {
    const { turn } = this;
    if (turn.sources !== this.#sources) {
      this.#sources = turn.sources;
      this.#markdown.clear();
    }
    this.#markdown.show(shownText(turn));
    if (turn.text !== '') this.status('');
  }

  /** Draws the end: sources, who answered, or why there is no answer. */
  end() {
    const { turn, retry } = this;
    this.update();
    this.status('');
    this.#origin.replaceChildren(...originOf(turn));
    this.#below.replaceChildren();
    if (turn.problem !== undefined) {
      const words = element('p', { class: 'problem' }, ...withCode(turn.problem));
      this.#below.append(words, button('Try again', retry));
    }
    if (turn.sources.length > 0) this.#below.append(sourceList(turn.sources));
    if (turn.answer !== undefined) this.#below.append(facts(turn));
  }

  /** What a screen reader is told when the answer is there. */
  spoken() {
    return this.turn.problem ?? this.#text.innerText;
  }

  /** @param {number} number */
  #citation(number) {
    const source = this.#sources[number - 1];
    if (source === undefined) return undefined;
    const label = `Source ${number}: ${source.title}, ${source.heading}`;
    const href = runbookAddress(source.path, source.heading);
    return element('a', { class: 'citation', href, 'aria-label': label, title: label }, String(number));
  }
}

/**
 * The answer without the paragraph about the model's absence: that stands once on the page, in the notice, and here
 * behind a line that says where the answer comes from. What broke in the middle keeps its own words.
 * @param {Turn} turn
 */
function shownText({ text, answer }) {
  const reason = answer?.degraded_reason;
  if (reason === undefined || answer?.answered_by === 'model') return text;
  const paragraphs = text.split('\n\n');
  const [first, last] = [paragraphs.at(0), paragraphs.at(-1)];
  if (first?.includes(reason)) return paragraphs.slice(1).join('\n\n');
  return last?.includes(reason) ? paragraphs.slice(0, -1).join('\n\n') : text;
}

/** @param {Turn} turn */
function originOf({ answer }) {
  if (answer?.degraded_reason === undefined || answer.answered_by === 'model') return [];
  const words = answer.answered_by === 'runbooks' ? 'From the runbooks, word for word' : 'Not from the model';
  return [element('details', {}, element('summary', {}, words), element('p', {}, answer.degraded_reason))];
}

/** @param {string} context */
function contextOf(context) {
  const size = `${context.length.toLocaleString('en')} characters of context`;
  return element(
    'details',
    { class: 'context' },
    element('summary', {}, size),
    element('pre', { tabindex: 0, role: 'group', 'aria-label': 'Context' }, context),
  );
}

/**
 * The sections that an answer rests on, by runbook, under the numbers that it cites them by.
 * @param {readonly Source[]} sources
 */
function sourceList(sources) {
  /** @type {Map<string, HTMLElement>} */
  const runbooks = new Map();
  sources.forEach((source, at) => {
    const line = runbooks.get(source.path) ?? element('li', {}, element('strong', {}, source.title));
    runbooks.set(source.path, line);
    line.append(sourceLink(source, at + 1));
  });
  return element(
    'div',
    { class: 'sources' },
    element('span', {}, 'Sources'),
    element('ul', {}, ...runbooks.values()),
  );
}

/**
 * @param {Source} source
 * @param {number} number
 */
function sourceLink(source, number) {
  const words = source.heading === source.title ? 'Summary' : source.heading;
  const href = runbookAddress(source.path, source.heading);
  const mark = element('span', { class: 'number' }, String(number));
  const ofWhat = element('span', { class: 'visually-hidden' }, ` of ${source.title}`);
  return element('a', { href }, mark, words, ofWhat);
}

/** @param {Turn} turn */
function facts({ answer, text }) {
  const by = answer?.answered_by === 'model' ? answer.model : 'Answered';
  const seconds = answer?.processing_time ?? 0;
  const duration = seconds < 0.1 ? 'at once' : `in ${seconds.toFixed(1)} s`;
  const words = element('span', {}, `${by} ${duration}`);
  const feedback = answer?.answer_id === undefined ? undefined : feedbackOf(answer.answer_id);
  return element('footer', { class: 'facts' }, words, copyButton(text, 'Copy answer'), feedback);
}
