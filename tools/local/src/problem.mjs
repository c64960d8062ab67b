// @ts-check
/**
 * Something on this machine stands in the way of what was asked. Its message is one sentence that says what to do;
 * the command line prints it without a stack and ends with status 1.
 */
export class LocalProblem extends Error {
  /**
   * @param {string} code a short word for tests and scripts, e.g. `port-busy`
   * @param {string} text one sentence: what is wrong and what to do
   */
  constructor(code, text) {
    super(text);
    this.name = 'LocalProblem';
    this.code = code;
  }
}

/**
 * What was wrong with the words of a command, as Node tells it: the first sentence. What it adds helps whoever writes programs.
 * @param {unknown} error what `parseArgs` threw
 * @returns {string} with its full stop
 */
export function wrongWords(error) {
  const text = error instanceof Error ? error.message : String(error);
  return `${text.split(/\.?(?:\s*\n|\. |$)/)[0]}.`;
}

/**
 * Progress goes to stderr, so that stdout holds results only (and `--json` can be piped).
 * @typedef {(line: string) => void} Say
 * @type {Say}
 */
export const say = (line) => void process.stderr.write(`duet: ${line}\n`);

/**
 * Says every ten seconds that a long piece of work is still going on.
 * @template T
 * @param {Say} say
 * @param {string} what e.g. `downloading Kafka`
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(say, what, work) {
  const began = Date.now();
  say(`${what} …`);
  const timer = setInterval(() => say(`still ${what} (${Math.round((Date.now() - began) / 1000)} s) …`), 10_000);
  try {
    const result = await work();
    say(`${what}: done in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    return result;
  } finally {
    clearInterval(timer);
  }
}
