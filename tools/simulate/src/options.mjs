// @ts-check
import { parseArgs } from 'node:util';
import { LocalProblem, wrongWords } from '../../local/src/problem.mjs';

/** Everything that can go wrong, by name. */
export const faults = /** @type {const} */ ({
  lost: 'sends that fail, with nothing, all or a part of it stored',
  late: 'sends and answers of the database that take seconds',
  doubled: 'messages that are stored again, up to a minute later and when all is over',
  reordered: 'polls whose partitions come in any order',
  replayed: 'polls whose offsets are not committed, so that they come again',
  stalled: 'partitions that cannot be read for a while',
  away: 'the broker does not answer for a while',
  crash: 'a replica dies, between any two statements, sends, deliveries or calls',
  stopped: 'a replica is told to stop, finishes what it does, and is started anew',
  clock: 'the clock of a replica or of a database jumps, up to an hour, either way',
  database: 'connections that break before or after a statement; deadlocks',
  outside: 'outside calls that are slow, fail, or take effect when nobody waits any more',
});
/** @typedef {keyof typeof faults} Fault */
export const faultNames = /** @type {readonly Fault[]} */ (Object.keys(faults));

export const styles = /** @type {const} */ (['choreography', 'orchestration', 'hybrid']);

/**
 * `style`: of every order; `mix`: each order has its own; `compare`: all orders in every style, one run each, and what comes of them is compared.
 * `only`: the numbers of the orders that are placed, all if not given. `atMost`: faults beyond this number do not happen.
 * @typedef {{ seed: number, runs: number, orders: number, style: typeof styles[number] | 'mix' | 'compare', faults: readonly Fault[],
 *   only?: readonly number[], atMost?: number, replicas?: number, trace?: string, json?: string, help: boolean }} Options
 */

export const help = `npm run simulate -- [--seed <n>] [--runs <n>] [<options>]

Runs the services as they are, with a simulated broker, clock, outside world and PostgreSQL in one process, lets things go wrong as a seed
decides, waits until all is at rest, and checks what must always hold. A seed gives the same run every time, to the byte. If something does
not hold, it looks for a shorter run in which it does not, says how to see it, and ends with status 1.

  --seed <n>      of the first run (default 1); the next ones count on
  --runs <n>      (default 20)
  --orders <n>    in each run (default 8)
  --style ${styles.join('|')}|mix|compare
                  mix (default): each order has its own; compare: the same orders in each style, and the same must come of them
  --faults all|none|<fault>[,<fault>…]
${Object.entries(faults)
  .map(([name, says]) => `                  ${name.padEnd(10)} ${says}`)
  .join('\n')}
  --replicas <n>  of each service (default: one or two, as the seed says)
  --only <n>,…    only these orders of the run
  --at-most <n>   no more than so many faults
  --trace <file>  what happened, line by line, of the last run
  --json <file>   writes there what all runs came to, too
  --help

Times are simulated: an hour passes in seconds. The first run starts after some seconds, when the databases are there.
`;

/**
 * @param {readonly string[]} args
 * @returns {Options}
 * @throws {LocalProblem} `usage`
 */
export function optionsOf(args) {
  const values = parse(args);
  const { only, 'at-most': atMost, replicas, trace, json } = values;
  return {
    seed: whole('seed', values.seed, 0),
    runs: whole('runs', values.runs, 1),
    orders: whole('orders', values.orders, 1),
    style: oneOf('style', values.style, [...styles, 'mix', 'compare']),
    faults: faultsOf(values.faults),
    ...(only !== undefined && { only: only.split(',').map((text) => whole('only', text, 1)) }),
    ...(atMost !== undefined && { atMost: whole('at-most', atMost, 0) }),
    ...(replicas !== undefined && { replicas: whole('replicas', replicas, 1) }),
    ...(trace !== undefined && { trace }),
    ...(json !== undefined && { json }),
    help: values.help,
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  const text = /** @type {const} */ ({ type: 'string' });
  try {
    const options = {
      seed: { ...text, default: '1' },
      runs: { ...text, default: '20' },
      orders: { ...text, default: '8' },
      style: { ...text, default: 'mix' },
      faults: { ...text, default: 'all' },
      only: text,
      'at-most': text,
      replicas: text,
      trace: text,
      json: text,
      help: /** @type {const} */ ({ type: 'boolean', short: 'h', default: false }),
    };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw usage(wrongWords(error));
  }
}

/** @param {string} text @returns {readonly Fault[]} */
function faultsOf(text) {
  if (text === 'all') return faultNames;
  if (text === 'none') return [];
  return text.split(',').map((name) => oneOf('faults', name, faultNames));
}

/** @param {string} name @param {string} text @param {number} least */
function whole(name, text, least) {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw usage(`--${name} must be a whole number, at least ${least}, but is "${text}".`);
}

/** @template {string} T @param {string} name @param {string} text @param {readonly T[]} values @returns {T} */
function oneOf(name, text, values) {
  const found = values.find((value) => value === text);
  if (found === undefined) throw usage(`--${name} must be one of ${values.join(', ')}, but is "${text}".`);
  return found;
}

/** @param {string} text */
const usage = (text) => new LocalProblem('usage', `${text} npm run simulate -- --help says what can be asked for.`);
