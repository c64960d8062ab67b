// @ts-check
import { parseArgs } from 'node:util';
import { LocalProblem, wrongWords } from '../../local/src/problem.mjs';

export const styles = /** @type {const} */ (['choreography', 'orchestration', 'hybrid']);

/**
 * `label`: a part of it; `sample`: so many cases, all if not given; `occurrences`: of each label at most; `together`: services that die in one round; `json`: a file;
 * `without`: files of earlier runs, whose cases are left out; `table`: files of earlier runs, which are told together.
 * @typedef {{ styles: readonly (typeof styles[number])[], services?: readonly string[], label?: string, nth?: number, seed: number, sample?: number, occurrences: number,
 *   together: number, list: boolean, small: boolean, twins?: readonly string[], tries: number, json?: string, minutes?: number, without?: readonly string[], table?: readonly string[] }} Plan
 */

export const help = `npm run crash [-- <options>]

Kills services (SIGKILL) at every point at which they meet their database, the broker or the world outside, starts them again, waits until
all orders have ended, and audits the books. The points are not written down: a run in which nobody dies finds them.

  --style <style>     ${styles.join(', ')} (repeatable; all)
  --service <name>    only this service dies (repeatable)
  --label <text>      only at labels with this in them: after:db:commit
  --nth <n>           only the n-th meeting of the label
  --occurrences <n>   of the meetings of a label in a round, so many are tried: the first, the last, and between (default 3)
  --together <n>      services that die in one round (default 6); 1 tells which death did it
  --seed <n>          decides which cases share a round, and which are taken for a sample (default 1)
  --sample <n>        only so many cases
  --minutes <m>       begins no more rounds after so long; what is left is for another run
  --without <file>    leaves out the cases that an earlier run has written there, if they died (repeatable)
  --table <file>...   instead: tells what came of earlier runs, all together
  --list              only says which points there are, and how often they are met
  --small             instead: a small service at every point at which it meets them, in its start and at its work (libs/participant);
                      --label, --sample, --seed and --json go with it
  --twins [<name>]    instead: plants one bug after the other, and tells what catches it, and after how many rounds
  --tries <n>         rounds for each twin (default 12)
  --json <file>       writes everything there, after each round
  --no-build          takes the bundles in dist/ as they are
  --help

Kafka, PostgreSQL and their data are its own (the instance "crash", deleted afterwards); KAFKA_BROKERS and DATABASE_URL name others.
It ends with status 1 when a promise was broken, or a twin was not caught.
`;

/**
 * @param {readonly string[]} args
 * @returns {'help' | { plan: Plan, build: boolean }}
 * @throws {LocalProblem} `usage`
 */
export function parseCrash(args) {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [positional] = positionals;
  if (positional !== undefined && !values.twins && !values.table) throw wrong(`"${positional}" means nothing here.`);
  const { label, json, service, without } = values;
  const nth = optional('nth', values.nth);
  const sample = optional('sample', values.sample);
  const minutes = optional('minutes', values.minutes);
  return {
    build: !values['no-build'] && !values.table,
    plan: {
      styles: values.style?.map(styleOf) ?? styles,
      ...(service && { services: service }),
      ...(label !== undefined && { label }),
      ...(nth !== undefined && { nth }),
      ...(sample !== undefined && { sample }),
      ...(json !== undefined && { json }),
      ...(minutes !== undefined && { minutes }),
      ...(without && { without }),
      ...(values.twins && { twins: positionals }),
      ...(values.table && { table: positionals }),
      seed: whole('seed', values.seed),
      occurrences: whole('occurrences', values.occurrences),
      together: whole('together', values.together),
      tries: whole('tries', values.tries),
      list: values.list,
      small: values.small,
    },
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  const text = /** @type {const} */ ({ type: 'string' });
  const many = /** @type {const} */ ({ type: 'string', multiple: true });
  const flag = /** @type {const} */ ({ type: 'boolean', default: false });
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...{ style: many, service: many, without: many, label: text, nth: text, sample: text, minutes: text, json: text },
        ...{ list: flag, small: flag, twins: flag, table: flag, 'no-build': flag, help: { ...flag, short: 'h' } },
        seed: { ...text, default: '1' },
        occurrences: { ...text, default: '3' },
        together: { ...text, default: '6' },
        tries: { ...text, default: '12' },
      },
    });
  } catch (error) {
    throw wrong(wrongWords(error));
  }
}

/** @param {string} text */
const wrong = (text) => new LocalProblem('usage', `${text} npm run crash -- --help says what it does.`);

/** @param {string} name @param {string} text */
function whole(name, text) {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1) throw wrong(`--${name} "${text}": say a whole number from 1.`);
  return number;
}
/** @param {string} name @param {string | undefined} text */
const optional = (name, text) => (text === undefined ? undefined : whole(name, text));

/** @param {string} text */
function styleOf(text) {
  const style = styles.find((one) => one === text);
  if (!style) throw wrong(`--style "${text}": say ${styles.join(', ')}.`);
  return style;
}
