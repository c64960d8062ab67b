// @ts-check
import { parseArgs } from 'node:util';
import { LocalProblem, wrongWords } from '../../local/src/problem.mjs';

/** What can be thrown at: `all` is both. */
export const targets = /** @type {const} */ (['kafka', 'rest', 'all']);

/**
 * What `npm run fuzz` was asked for.
 * @typedef {{ seed: number, seconds: number, target: typeof targets[number], name: string, isToBuild: boolean, json?: string }} FuzzOptions
 */

export const help = `npm run fuzz -- [<options>]

Runs the whole system, on a Kafka and a PostgreSQL of its own, and throws messages and requests at it that are right but for one to three things,
to every topic and every route, beside real orders. Everything must be answered below 500, or set aside with the reason that it deserves; every order
that was accepted must end; no process may end, stay unready or grow. Ends with status 0, or with 1 when one of these was not so; what did it is told
with its bytes.

  --seed <n>         decides the bytes (default 1): the same seed throws the same in the same order, as far as the time reaches
  --seconds <s>      of throwing (default 60); what is under way then is waited for
  --target <target>  kafka, rest, or all (default)
  --name <name>      of its infrastructure (default fuzz), where two run side by side
  --no-build         takes the bundles that are there
  --json <file>      writes the result there, too
  --help

The data of its Kafka and PostgreSQL are deleted afterwards. It works beside a running npm start.
`;

/**
 * @param {readonly string[]} args
 * @returns {FuzzOptions | 'help'}
 * @throws {LocalProblem} `usage`
 */
export function parseFuzz(args) {
  const values = parse(args);
  if (values.help) return 'help';
  const target = targets.find((one) => one === values.target);
  if (target === undefined) throw usage(`--target "${values.target}": say one of ${targets.join(', ')}.`);
  return {
    seed: number('seed', values.seed, 0, 2 ** 32 - 1),
    seconds: number('seconds', values.seconds, 1, 86_400),
    target,
    name: values.name,
    isToBuild: !values['no-build'],
    ...(values.json !== undefined && { json: values.json }),
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
      target: { ...text, default: 'all' },
      name: { ...text, default: 'fuzz' },
      'no-build': flag,
      json: text,
      help: { ...flag, short: 'h' },
    };
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw usage(wrongWords(error));
  }
}

/** @param {string} option @param {string} text @param {number} least @param {number} most */
function number(option, text, least, most) {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || value > most)
    throw usage(`--${option} "${text}": say a whole number from ${least} to ${most}.`);
  return value;
}

/** @param {string} text */
const usage = (text) => new LocalProblem('usage', `${text} npm run fuzz -- --help explains the options.`);
