// @ts-check
/**
 * A message, as the observer tells it; of what only the order service has heard, cause, hop and meaning are unknown.
 * @typedef {{ id: string, type: string, kind: 'command' | 'event', service: string, at: string, hop: number, cause?: string, void?: boolean,
 *   means?: 'forward' | 'refusal' | 'undo' | 'question' | 'beside', reason?: { code: string, text: string } }} Message
 *
 * A message whose turn it is to be drawn. `depth`: how many messages lie before it on the way from the start.
 * @typedef {{ message: Message, depth: number, cause: Message | undefined, sinceMs: number }} Told
 */

/** How long a message waits for its cause, in milliseconds: topics are read side by side, so the effect may be heard first. */
const patienceMs = 1_000;

/** What is drawn once cannot be moved: each message is told once, and after the one that caused it. */
export class Tale {
  /** @type {Map<string, Told>} */
  #told = new Map();
  /** Heard, and their cause not yet. @type {Map<string, { message: Message, until: number }>} */
  #early = new Map();

  /** In the order in which they were told. */
  get messages() {
    return [...this.#told.values()].map(({ message }) => message);
  }

  /** The time of the first message, in milliseconds since 1970; undefined before it. */
  get startedAt() {
    const [first] = this.#told.values();
    return first && Date.parse(first.message.at);
  }

  /**
   * What can be told now that these have been heard; those that were told before are not told again.
   * @param {readonly Message[]} messages
   * @param {number} now
   * @returns {Told[]}
   */
  hear(messages, now) {
    for (const message of messages)
      if (!this.#told.has(message.id) && !this.#early.has(message.id)) this.#early.set(message.id, { message, until: now + patienceMs });
    return this.#ready(({ message: { cause } }) => cause === undefined || this.#told.has(cause));
  }

  /** What is told although its cause has not been heard: it has waited long enough. @param {number} now @returns {Told[]} */
  overdue(now) {
    return this.#ready(({ message: { cause }, until }) => until <= now || cause === undefined || this.#told.has(cause));
  }

  /** @param {(early: { message: Message, until: number }) => boolean} isReady @returns {Told[]} */
  #ready(isReady) {
    /** @type {Told[]} */
    const ready = [];
    // One that is told may be what others have waited for.
    for (let before = -1; ready.length > before;) {
      before = ready.length;
      for (const early of this.#early.values()) {
        if (!isReady(early)) continue;
        this.#early.delete(early.message.id);
        ready.push(this.#tell(early.message));
      }
    }
    return ready;
  }

  /** @param {Message} message */
  #tell(message) {
    const cause = message.cause === undefined ? undefined : this.#told.get(message.cause);
    const told = {
      message,
      depth: cause ? cause.depth + 1 : message.hop,
      cause: cause?.message,
      sinceMs: Math.max(0, Date.parse(message.at) - (this.startedAt ?? Date.parse(message.at))),
    };
    this.#told.set(message.id, told);
    return told;
  }
}
