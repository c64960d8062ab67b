// @ts-check
import { parseArgs } from 'node:util';
import { LocalProblem, wrongWords } from '../../local/src/problem.mjs';

/** Who can be measured, and the event that it acts on in a choreography. */
export const heard = /** @type {const} */ ({
  inventory: 'order.OrderPlaced',
  payment: 'inventory.StockReserved',
  shipping: 'payment.PaymentProcessed',
});

/**
 * What `npm run backlog` was asked for. `mostMiB`: more memory than this for the process, and it fails.
 * @typedef {{ service: keyof typeof heard, messages: number, mostMiB: number, json?: string }} BacklogOptions
 */

export const backlogHelp = `npm run backlog -- [<options>]

Puts messages onto a service's topic while it is away, starts it, and tells how fast it works them off and how much memory it needs:
first a hundredth of them, then all, for memory must not depend on how many wait.

  --messages <n>    how many, each of a saga of its own (default 1000000, some ten minutes and ten GB of disk)
  --service <name>  ${Object.keys(heard).join(', ')} (default payment, which makes an outside call for each)
  --most <MiB>      ends with status 1 if the process needs more memory than this (default 768)
  --json <file>     writes the result there, too
  --help

Kafka, PostgreSQL and their data are its own (the instance "backlog", deleted afterwards).
`;

/**
 * @param {readonly string[]} args
 * @returns {BacklogOptions | 'help'}
 * @throws {LocalProblem} `usage`
 */
export function parseBacklog(args) {
  const { help, service, messages, most, json } = parse(args);
  if (help) return 'help';
  if (!isService(service)) throw usage(`--service "${service}": say one of ${Object.keys(heard).join(', ')}.`);
  return { service, messages: whole('messages', messages), mostMiB: whole('most', most), ...(json !== undefined && { json }) };
}

/** @param {string} name @returns {name is keyof typeof heard} */
const isService = (name) => Object.hasOwn(heard, name);

/** @param {readonly string[]} args */
function parse(args) {
  const text = /** @type {const} */ ({ type: 'string' });
  try {
    const options = {
      service: { ...text, default: 'payment' },
      messages: { ...text, default: '1000000' },
      most: { ...text, default: '768' },
      json: text,
      help: /** @type {const} */ ({ type: 'boolean', short: 'h', default: false }),
    };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw usage(wrongWords(error));
  }
}

/** @param {string} option @param {string} text */
function whole(option, text) {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw usage(`--${option} "${text}": say a whole number above 0.`);
  return Number(text);
}

/** @param {string} text */
const usage = (text) => new LocalProblem('usage', `${text} npm run backlog -- --help explains the options.`);
