// @ts-check
import { parseArgs } from 'node:util';
import { LocalProblem, wrongWords } from '../../local/src/problem.mjs';

/** How an order's saga can be run. */
export const styles = /** @type {const} */ (['choreography', 'orchestration', 'hybrid']);

/** What can be measured, in the order in which it is. */
export const parts = /** @type {const} */ (['views', 'beside', 'behind', 'idle']);

/**
 * What `npm run sight` was asked for. `sagas`: that the observer knows beforehand, one of them with so many `messages`; `rate`: orders a second beside its answers; `asks`: of each question;
 * `half`: orders a second with and without it (undefined: half of the most that is found); `seconds`: of one slice, of which there are `rounds` of each kind.
 * @typedef {{ style: typeof styles[number], sagas: number, messages: number, rate: number, asks: number, half?: number, seconds: number, rounds: number, only: readonly (typeof parts[number])[], json?: string, profile?: string }} SightOptions
 */

export const sightHelp = `npm run sight -- [<options>]

Measures the observer beside the running system, with many sagas in its memory:

  views    how long its answers take (p50, p95, p99) beside orders that arrive by chance: lists with filters, deep pages, search, the overview,
           a saga, and one with very many messages. Goal: p95 below 200 ms, each
  beside   how long orders take (p50, p99) at half of the most that the system can do, with the observer and without it, in slices that alternate.
           Goal: at most 1.5 times the p99
  behind   how far it lags behind when the system does all it can, and how long it takes to catch up afterwards
  idle     what it costs when nothing happens, in percent of a core. Goal: below 2

  --style choreography|orchestration|hybrid  (default choreography)
  --sagas <n>       sagas that it knows (default 100000): copies of real ones, made in its database
  --messages <n>    of the one saga that has very many (default 1000)
  --rate <r>        views: orders a second beside them (default 100)
  --asks <n>        views: how often each is asked for (default 200)
  --half <r>        beside: orders a second (default: half of the most that is found before)
  --seconds <s>     of one slice (default 5); beside: there are --rounds <n> of each kind (default 5)
  --only <a>,<b>    these parts alone
  --json <file>     writes the result there, too
  --profile <folder>  writes a CPU profile of the observer there
  --help

Kafka, PostgreSQL and their data are its own (the instance "sight", deleted afterwards), also beside a running system; KAFKA_BROKERS
and DATABASE_URL name others. Other work on the machine makes all of it slower: close what you can.
`;

/**
 * @param {readonly string[]} args
 * @returns {SightOptions | 'help'}
 * @throws {LocalProblem} `usage`
 */
export function parseSight(args) {
  const values = parse(args);
  if (values.help) return 'help';
  const { half, json, profile } = values;
  return {
    style: oneOf('style', values.style, styles),
    sagas: whole('sagas', values.sagas, 10_000_000),
    messages: whole('messages', values.messages, 1_000_000),
    rate: positive('rate', values.rate, 100_000),
    asks: whole('asks', values.asks, 100_000),
    ...(half !== undefined && { half: positive('half', half, 100_000) }),
    seconds: positive('seconds', values.seconds, 3_600),
    rounds: whole('rounds', values.rounds, 100),
    only: values.only === undefined ? parts : values.only.split(',').map((part) => oneOf('only', part, parts)),
    ...(json !== undefined && { json }),
    ...(profile !== undefined && { profile }),
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  const text = /** @type {const} */ ({ type: 'string' });
  try {
    const options = {
      style: { ...text, default: 'choreography' },
      sagas: { ...text, default: '100000' },
      messages: { ...text, default: '1000' },
      rate: { ...text, default: '100' },
      asks: { ...text, default: '200' },
      half: text,
      seconds: { ...text, default: '5' },
      rounds: { ...text, default: '5' },
      only: text,
      json: text,
      profile: text,
      help: /** @type {const} */ ({ type: 'boolean', short: 'h', default: false }),
    };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw usage(wrongWords(error));
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
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > most)
    throw usage(`--${option} "${text}": say a number above 0, at most ${most}.`);
  return value;
}

/** @param {string} option @param {string} text @param {number} most */
function whole(option, text, most) {
  const value = positive(option, text, most);
  if (!Number.isInteger(value)) throw usage(`--${option} "${text}": say a whole number.`);
  return value;
}

/** @param {string} text */
const usage = (text) => new LocalProblem('usage', `${text} npm run sight -- --help explains the options.`);
