// @ts-check
// The one place that says that the model is not there, and what to do about it.
import { announce } from './announcer.js';
import { copyButton } from './code-block.js';
import { byId, element, withCode } from './element.js';

const recheckMs = 10_000;
const longestCheckMs = 5000;
const place = byId('notice', HTMLElement);
let shown = '';
let isUp = false;

/** Looks now, and then again and again while the model is not there and the page is seen. */
export async function watchModel() {
  await checkModel();
  setInterval(() => {
    if (!isUp && !document.hidden) void checkModel();
  }, recheckMs);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void checkModel();
  });
}

/** Asks how the model is and shows it. A server that does not answer is told of where somebody asks it something. */
export async function checkModel() {
  try {
    const response = await fetch('/health', { signal: AbortSignal.timeout(longestCheckMs) });
    const { state, detail } = (await response.json()).dependencies.model;
    isUp = state === 'up';
    show(state === 'down' ? detail : '');
  } catch {
    // Says nothing about the model.
  }
}

/** @param {string} reason in words, with commands between backticks; empty: the model is there */
function show(reason) {
  if (reason === shown) return;
  shown = reason;
  place.hidden = reason === '';
  if (reason === '') return;
  const commands = [...reason.matchAll(/`([^`]+)`/g)].map(([, command = '']) => command);
  place.replaceChildren(
    element('strong', {}, 'The model is not available. '),
    'Answers come from the runbooks, word for word. ',
    ...withCode(reason),
    ...commands.slice(0, 1).map((command) => copyButton(command, 'Copy command')),
  );
  announce(`The model is not available. ${reason}`);
}
