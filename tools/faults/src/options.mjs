// @ts-check
import { parseArgs } from 'node:util';
import { LocalProblem, wrongWords } from '../../local/src/problem.mjs';
import { catalog, faultNames } from './catalog.mjs';

const single = /** @type {const} */ (['choreography', 'orchestration', 'hybrid']);
/** The styles that orders can be placed in; `mix` is all of them. */
export const styles = /** @type {const} */ ([...single, 'mix']);

/**
 * What `npm run faults` was asked for.
 * @typedef {{ seed: number, seconds: number, style: typeof styles[number], styles: readonly string[], faults: readonly import('./catalog.mjs').FaultName[], rate: number, name: string, isToBuild: boolean, json?: string, table?: readonly string[] }} FaultsOptions
 */

export const help = `npm run faults -- [<options>]

Runs the whole system, on a Kafka and a PostgreSQL of its own, under mixed orders, while one thing after the other goes wrong, and then two at
once, in turns. Then quiet, until everything is at rest, and the audit of every promise. Ends with status 0; with 1 when a promise was broken;
with 2 when the run does not count: a fault did not happen, or not while orders were in flight, or could not be mended, or fewer than 90 % of
the orders were accepted.

  --seed <n>        decides which faults come when, how long they last, and which orders are placed (default 1)
  --seconds <s>     of faults, recoveries and the quiet between them (default 60); every fault comes at least once, however short that is
  --style <style>   choreography, orchestration, hybrid, or mix (default): all of them
  --rate <r>        orders a second, on average (default 5); they come by chance
  --only <a>,<b>    these faults alone
  --name <name>     of its infrastructure (default faults), where two run side by side
  --no-build        takes the bundles that are there
  --json <file>     writes the result there, too
  --table <file>    instead: tells what earlier runs wrote there, all together (repeatable)
  --list            names the faults
  --help

The seed decides the plan, not the moments at which it meets the system: the same seed is the same trouble in the same order, not the same run.
The data of its Kafka and PostgreSQL are deleted afterwards. It works beside a running npm start.
`;

/** Every fault with what it does. */
export const list = () => faultNames.map((name) => `${name.padEnd(17)}${catalog[name].says}\n`).join('');

/**
 * @param {readonly string[]} args
 * @returns {FaultsOptions | 'help' | 'list'}
 * @throws {LocalProblem} `usage`
 */
export function parseFaults(args) {
  const values = parse(args);
  if (values.help) return 'help';
  if (values.list) return 'list';
  const style = styles.find((one) => one === values.style);
  if (style === undefined) throw usage(`--style "${values.style}": say one of ${styles.join(', ')}.`);
  return {
    seed: number('seed', values.seed, { least: 0, most: 2 ** 32 - 1, whole: true }),
    seconds: number('seconds', values.seconds, { least: 1, most: 86_400 }),
    style,
    styles: style === 'mix' ? single : [style],
    faults: values.only === undefined ? faultNames : values.only.split(',').map(fault),
    name: values.name,
    isToBuild: !values['no-build'] && !values.table,
    rate: number('rate', values.rate, { least: 0.1, most: 1_000 }),
    ...(values.json !== undefined && { json: values.json }),
    ...(values.table && { table: values.table }),
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  const text = /** @type {const} */ ({ type: 'string' });
  const flag = /** @type {const} */ ({ type: 'boolean', default: false });
  try {
    const options = {
      seed: { ...text, default: '1' },
      seconds: { ...text, default: '60' },
      style: { ...text, default: 'mix' },
      rate: { ...text, default: '5' },
      only: text,
      name: { ...text, default: 'faults' },
      'no-build': flag,
      json: text,
      table: /** @type {const} */ ({ ...text, multiple: true }),
      list: flag,
      help: { ...flag, short: 'h' },
    };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw usage(wrongWords(error));
  }
}

/** @param {string} text */
function fault(text) {
  const found = faultNames.find((name) => name === text);
  if (found === undefined) throw usage(`--only "${text}": there is no such fault; --list names them.`);
  return found;
}

/** @param {string} option @param {string} text @param {{ least: number, most: number, whole?: boolean }} limits */
function number(option, text, { least, most, whole = false }) {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < least || value > most || (whole && !Number.isInteger(value)))
    throw usage(`--${option} "${text}": say a ${whole ? 'whole ' : ''}number from ${least} to ${most}.`);
  return value;
}

/** @param {string} text */
const usage = (text) => new LocalProblem('usage', `${text} npm run faults -- --help explains the options.`);
