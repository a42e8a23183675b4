// @ts-check
// What was said in this tab. The server remembers it for the model by the conversation's id.

/**
 * @typedef {{ title: string, path: string, heading: string, url?: string }} Source
 * @typedef {object} Answer The body of `POST /chat`.
 * @property {string} response
 * @property {'model' | 'runbooks' | 'help'} answered_by
 * @property {boolean} degraded
 * @property {string} [degraded_reason]
 * @property {readonly Source[]} sources
 * @property {string} model
 * @property {string} answer_id
 * @property {number} processing_time
 */

/**
 * @typedef {object} Turn
 * @property {string} question
 * @property {string} [context]
 * @property {string} text The answer as far as it has come.
 * @property {readonly Source[]} sources
 * @property {Answer} [answer] Present when it is whole.
 * @property {string} [problem] Why it is not, in a sentence.
 */

const place = 'jamie.conversation';
const mostTurns = 100;

export class Conversation {
  /**
   * @param {string} id
   * @param {Turn[]} turns
   */
  constructor(id, turns) {
    this.id = id;
    this.turns = turns;
  }

  /** The conversation of this tab, or a new one. */
  static restored() {
    const { id, turns } = parse(sessionStorage.getItem(place));
    return typeof id === 'string' && Array.isArray(turns)
      ? new Conversation(id, turns)
      : Conversation.begun();
  }

  static begun() {
    return new Conversation(newId(), []);
  }

  /**
   * @param {string} question
   * @param {string | undefined} context
   * @returns {Turn}
   */
  add(question, context) {
    const turn = { question, ...(context && { context }), text: '', sources: [] };
    this.turns.push(turn);
    this.save();
    return turn;
  }

  save() {
    const kept = { id: this.id, turns: this.turns.slice(-mostTurns) };
    try {
      sessionStorage.setItem(place, JSON.stringify(kept));
    } catch {
      // Full: the page goes on, a reload forgets.
      sessionStorage.removeItem(place);
    }
  }
}

/** Not `randomUUID`, which is missing where the page is not served over https. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `web-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/**
 * @param {string | null} json
 * @returns {{ id?: unknown, turns?: unknown }}
 */
function parse(json) {
  try {
    return JSON.parse(json ?? '{}') ?? {};
  } catch {
    return {};
  }
}
