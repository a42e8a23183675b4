// @ts-check
import { byId } from './element.js';

const mostMessage = 8000;
const mostContext = 16_000;

/** Where questions are written. */
export class Composer {
  #form = byId('composer', HTMLFormElement);
  #message = byId('message', HTMLTextAreaElement);
  #context = byId('context', HTMLTextAreaElement);
  #contextField = byId('context-field', HTMLElement);
  #toggle = byId('context-toggle', HTMLButtonElement);
  #send = byId('send', HTMLButtonElement);
  #problem = byId('composer-problem', HTMLElement);
  #busy = false;

  /** @param {{ ask: (message: string, context: string | undefined) => void, stop: () => void }} actions */
  constructor(actions) {
    this.actions = actions;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#busy) actions.stop();
      else this.#submit();
    });
    this.#message.addEventListener('keydown', (event) => this.#key(event));
    this.#toggle.addEventListener('click', () => this.#showContext(this.#contextField.hidden));
    document.addEventListener('keydown', (event) => {
      const elsewhere = document.querySelector('dialog[open]') !== null;
      if (event.key === 'Escape' && this.#busy && !elsewhere) actions.stop();
    });
  }

  focus() {
    this.#message.focus();
  }

  /** @param {string} message */
  fill(message) {
    this.#message.value = message;
    this.focus();
  }

  /** @param {boolean} busy While an answer is written, the button stops it. */
  set busy(busy) {
    this.#busy = busy;
    this.#send.textContent = busy ? 'Stop' : 'Send';
    this.#send.classList.toggle('primary', !busy);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // While an input method composes a character, Enter belongs to it; Safari tells that by 229 alone.
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== 'Enter' || event.shiftKey || composing) return;
    // On a screen keyboard there is no Shift+Enter.
    if (matchMedia('(pointer: coarse)').matches) return;
    event.preventDefault();
    if (!this.#busy) this.#submit();
  }

  #submit() {
    const message = this.#message.value.trim();
    const context = this.#contextField.hidden ? '' : this.#context.value.trim();
    this.#tell(problemOf(message, context));
    if (this.#problem.textContent !== '' || message === '') return;
    this.#message.value = '';
    this.#context.value = '';
    this.#showContext(false);
    this.actions.ask(message, context === '' ? undefined : context);
    this.focus();
  }

  /** @param {string} problem */
  #tell(problem) {
    this.#problem.textContent = problem;
    this.#message.setAttribute('aria-invalid', String(problem !== ''));
  }

  /** @param {boolean} shown */
  #showContext(shown) {
    this.#contextField.hidden = !shown;
    this.#toggle.setAttribute('aria-expanded', String(shown));
    (shown ? this.#context : this.#message).focus();
  }
}

/**
 * @param {string} message
 * @param {string} context
 */
function problemOf(message, context) {
  const [long, tooLong] = [Array.from(message).length, Array.from(context).length];
  if (long > mostMessage)
    return `The question has ${long.toLocaleString('en')} characters; ${mostMessage.toLocaleString('en')} is the most. Put logs and alert texts into the context.`;
  if (tooLong > mostContext)
    return `The context has ${tooLong.toLocaleString('en')} characters; ${mostContext.toLocaleString('en')} is the most.`;
  return '';
}
