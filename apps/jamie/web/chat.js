// @ts-check
import { announce } from './announcer.js';
import { ApiError, readJson } from './api.js';
import { ask } from './ask.js';
import { Composer } from './composer.js';
import { Conversation } from './conversation.js';
import { byId } from './element.js';
import { checkModel, watchModel } from './notice.js';
import { openRunbooksFrom } from './runbook-dialog.js';
import { TurnView } from './turn-view.js';

/** @typedef {import('./conversation.js').Turn} Turn */

const left = 'Left before the answer was complete.';

/** The conversation on the page: asks, draws, remembers. */
class ChatPage {
  #turns = byId('turns', HTMLElement);
  #welcome = byId('welcome', HTMLElement);
  #conversation = Conversation.restored();
  /** @type {AbortController | undefined} */
  #running;
  #leaving = false;
  #composer = new Composer({
    ask: (message, context) => void this.#ask(this.#conversation.add(message, context)),
    stop: () => this.#running?.abort(),
  });

  start() {
    this.#drawAll();
    byId('new', HTMLButtonElement).addEventListener('click', () => this.#begin());
    for (const example of this.#welcome.querySelectorAll('button')) {
      example.addEventListener('click', () => this.#composer.fill(example.textContent));
    }
    // What has come so far survives a reload, which breaks the connection before the page is gone.
    addEventListener('beforeunload', () => (this.#leaving = true));
    addEventListener('pageshow', () => (this.#leaving = false));
    addEventListener('pagehide', () => this.#conversation.save());
    openRunbooksFrom(this.#turns);
    this.#composer.focus();
    const prepared = new URLSearchParams(location.search).get('ask');
    if (prepared !== null) this.#composer.fill(prepared);
  }

  #begin() {
    this.#running?.abort();
    this.#conversation = Conversation.begun();
    this.#conversation.save();
    this.#drawAll();
    announce('New conversation');
    this.#composer.focus();
  }

  #drawAll() {
    this.#turns.replaceChildren();
    this.#welcome.hidden = this.#conversation.turns.length > 0;
    for (const turn of this.#conversation.turns) {
      if (turn.answer === undefined) turn.problem ??= left;
      this.#draw(turn).end();
    }
    this.#turns.lastElementChild?.scrollIntoView();
  }

  /** @param {Turn} turn */
  #draw(turn) {
    const view = new TurnView(turn, () => this.#retry(view));
    this.#turns.append(view.element);
    this.#welcome.hidden = true;
    return view;
  }

  /** @param {TurnView} view */
  #retry(view) {
    if (this.#running !== undefined) return;
    const { turns } = this.#conversation;
    turns.splice(turns.indexOf(view.turn), 1);
    view.element.remove();
    void this.#ask(this.#conversation.add(view.turn.question, view.turn.context));
    this.#composer.focus();
  }

  /** @param {Turn} turn */
  async #ask(turn) {
    const conversation = this.#conversation;
    const running = new AbortController();
    const view = this.#draw(turn);
    this.#running = running;
    this.#composer.busy = true;
    view.status('Asking');
    // The question goes to the top and stays there: what is being read does not move while more is written.
    view.element.scrollIntoView();
    try {
      await ask(conversation.id, turn, this.#listener(view), running.signal);
    } catch (thrown) {
      turn.problem = this.#leaving ? left : problemOf(thrown, running.signal);
    }
    if (this.#running === running) {
      this.#running = undefined;
      this.#composer.busy = false;
    }
    this.#finish(view);
    if (conversation === this.#conversation) conversation.save();
  }

  /** @param {TurnView} view */
  #finish(view) {
    view.end();
    announce(view.spoken());
    if (view.turn.answer?.degraded) void checkModel();
  }

  /**
   * Draws at most once a frame, however fast the model writes.
   * @param {TurnView} view
   */
  #listener(view) {
    let drawn = true;
    const draw = () => {
      drawn = true;
      view.update();
    };
    return {
      status: (/** @type {string} */ words) => {
        view.status(words);
        announce(words);
      },
      changed: () => {
        if (drawn) requestAnimationFrame(draw);
        drawn = false;
      },
    };
  }
}

/**
 * @param {unknown} thrown
 * @param {AbortSignal} signal
 */
function problemOf(thrown, signal) {
  if (signal.aborted) return 'Stopped.';
  if (!(thrown instanceof ApiError)) return 'Something went wrong on this page. Try again, or reload it.';
  const id = thrown.requestId === undefined ? '' : ` (request ${thrown.requestId})`;
  return `${thrown.message}${id}`;
}

/** Tells how much Jamie knows, and asks for an API key at once where one is needed. */
async function greet() {
  try {
    const { total } = await readJson('/api/runbooks?limit=1');
    byId('known', HTMLElement).textContent = total === 1 ? 'one runbook' : `${total} runbooks`;
  } catch {
    // The first question says what is wrong.
  }
}

new ChatPage().start();
void watchModel();
void greet();
