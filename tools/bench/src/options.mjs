// @ts-check
import { parseArgs } from 'node:util';
import { LocalProblem } from '../../local/src/problem.mjs';

/** How an order's saga can be run. */
export const styles = /** @type {const} */ (['choreography', 'orchestration', 'hybrid']);

/** Clients of a sweep: a slice of each, and the best counts. */
export const sweep = [64, 128, 256, 512, 1024];

/**
 * `load`: so many clients, each placing its next order when the last has ended; several numbers are a sweep, whose best counts. Or orders that
 * arrive by chance, `rate` a second on average, whether or not the earlier ones have ended.
 * @typedef {{ clients: readonly number[] } | { rate: number }} Load
 *
 * What `npm run bench` was asked for. `seconds`: of one slice; `trouble`: slices beside trouble instead of a floor; `profile`: a folder for CPU profiles of the services.
 * @typedef {{ style: typeof styles[number], load: Load, seconds: number, outside: 'inline' | 'http', trouble: boolean, json?: string, profile?: string }} BenchOptions
 */

export const benchHelp = `npm run bench -- --style <style> [<options>]

Measures how many orders a second the whole system takes to their end, beside a floor: the same business writes by one plain
process on the same PostgreSQL, one commit each, with no HTTP, broker or framework. Slices of both alternate; medians count.
One order in ten is declined at payment. Afterwards the services' books are audited: one wrong order and it ends with status 1.

  --style choreography|orchestration|hybrid
  --clients <n>          so many orders at a time (without it and --rate: ${sweep.join(', ')}, and the best counts)
  --rate <r>             orders arrive by chance instead, so many a second on average
  --seconds <s>          of one slice (default 5); there are three of each kind, and one for warming up
  --outside inline|http  the payment provider, carriers and mail server inside the services (default), or over HTTP and SMTP
  --trouble              instead of the floor, slices in which one order in a hundred waits for a person, one call to the provider in a hundred
                         takes 30 s, and ten bad messages a second arrive: how the other orders fare (64 clients, if not told otherwise; over HTTP)
  --json <file>          writes the result there, too
  --profile <folder>     writes a CPU profile of each service there
  --help

Kafka, PostgreSQL and their data are its own (the instance "bench", deleted afterwards), also beside a running system; KAFKA_BROKERS
and DATABASE_URL name others. Other work on the machine makes it slower, and the floor too: close what you can.
`;

/**
 * @param {readonly string[]} args
 * @returns {BenchOptions | 'help'}
 * @throws {LocalProblem} `usage`
 */
export function parseBench(args) {
  const values = parse(args);
  if (values.help) return 'help';
  if (values.style === undefined) throw usage(`--style is missing: say one of ${styles.join(', ')}.`);
  if (values.clients !== undefined && values.rate !== undefined) {
    throw usage('--clients and --rate are two ways to load the system: say one of them.');
  }
  const { clients, rate, trouble, json, profile } = values;
  const outside = oneOf('outside', values.outside ?? (trouble ? 'http' : 'inline'), /** @type {const} */ (['inline', 'http']));
  if (trouble && outside === 'inline') throw usage('--trouble needs a provider that can be slow: leave out --outside inline.');
  return {
    style: oneOf('style', values.style, styles),
    load:
      rate === undefined
        ? { clients: clients === undefined ? (trouble ? sweep.slice(0, 1) : sweep) : [whole('clients', clients, 10_000)] }
        : { rate: positive('rate', rate, 100_000) },
    seconds: positive('seconds', values.seconds, 3_600),
    outside,
    trouble,
    ...(json !== undefined && { json }),
    ...(profile !== undefined && { profile }),
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  const text = /** @type {const} */ ({ type: 'string' });
  try {
    const options = {
      style: text,
      clients: text,
      rate: text,
      seconds: { ...text, default: '5' },
      outside: text,
      trouble: /** @type {const} */ ({ type: 'boolean', default: false }),
      json: text,
      profile: text,
      help: /** @type {const} */ ({ type: 'boolean', short: 'h', default: false }),
    };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @template {string} T
 * @param {string} option
 * @param {string} text
 * @param {readonly T[]} values
 */
function oneOf(option, text, values) {
  const found = values.find((value) => value === text);
  if (found === undefined) throw usage(`--${option} "${text}": say one of ${values.join(', ')}.`);
  return found;
}

/** @param {string} option @param {string} text @param {number} most */
function positive(option, text, most) {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > most) {
    throw usage(`--${option} "${text}": say a number above 0, at most ${most}.`);
  }
  return value;
}

/** @param {string} option @param {string} text @param {number} most */
function whole(option, text, most) {
  const value = positive(option, text, most);
  if (!Number.isInteger(value)) throw usage(`--${option} "${text}": say a whole number.`);
  return value;
}

/** @param {string} text */
const usage = (text) => new LocalProblem('usage', `${text} npm run bench -- --help explains the options.`);
