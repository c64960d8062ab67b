// @ts-check

/** In a pipe, words that stay the same for so long (milliseconds) are worth a line. */
const worthALineMs = 2_000;

/**
 * Lines, and below them the words that say how it stands: on a terminal they are replaced in their place, in a pipe they are lines like the others, once each and only where they last.
 * `columns`: how wide the terminal is; without it, there is none.
 * @param {{ write: (text: string) => void, say: (text: string) => void, columns: (() => number) | undefined, paint: import('./words.mjs').Paint, now?: () => number }} place
 * @returns {import('./watching.mjs').Canvas}
 */
export function canvasOn({ write, say, columns, paint, now = Date.now }) {
  /** What stands below. @type {string | undefined} */
  let shown;
  let last = { words: '', since: 0, isTold: false };
  const erase = () => {
    if (shown !== undefined) write('\r\u001b[K');
    shown = undefined;
  };
  /** @param {string} words */
  const below = (words) => {
    if (!columns || words === shown) return;
    erase();
    // One that wraps could not be erased.
    write(paint.quiet(words.length < columns() ? words : `${words.slice(0, columns() - 2)}…`));
    shown = words;
  };
  /** @param {string} words */
  const between = (words) => {
    if (words !== last.words) last = { words, since: now(), isTold: false };
    if (last.isTold || now() - last.since < worthALineMs) return;
    write(`… ${words}\n`);
    last.isTold = true;
  };
  return {
    paint,
    line: (text) => {
      const words = shown;
      erase();
      write(`${text}\n`);
      if (words !== undefined) below(words);
    },
    say: (text) => {
      erase();
      say(text);
    },
    state: (words) => {
      if (words === undefined) erase();
      else if (columns) below(words);
      else between(words);
    },
  };
}
