// @ts-check
import { parseArgs } from 'node:util';
import { databaseServices } from '../../local/src/databases.store.mjs';
import { LocalProblem, wrongWords } from '../../local/src/problem.mjs';

/** @typedef {import('../../local/src/databases.store.mjs').DatabaseService} Service */

/** Services whose books may be left out: the others are what money and goods are judged by. */
const optional = /** @type {const} */ (['notification', 'orchestrator']);

/**
 * What `npm run audit` was asked for. `outside`: a folder, or `none`; `grace` and `kept` in milliseconds; `measure`: how many orders.
 * @typedef {object} AuditRequest
 * @property {'audit' | 'order' | 'rules' | 'measure'} task
 * @property {string} name
 * @property {string} [databaseUrl]
 * @property {Partial<Record<Service, string>>} databases
 * @property {readonly Service[]} without
 * @property {string} [outside]
 * @property {boolean} settled
 * @property {number} graceMs
 * @property {number} keptMs
 * @property {string} [answered]
 * @property {Record<string, number>} stocked
 * @property {number} limit
 * @property {string} [json]
 * @property {string} [order]
 * @property {number} orders
 * @property {boolean} build
 */

export const auditHelp = `npm run audit [-- <options>]

Reads every service's database and the outside world's own files, and holds each order to the promises P1 to P8: every one that
breaks a rule is named, with the rule and the evidence. It changes nothing.

  --settled                   everything must have ended and come to rest. Without it the system may be running: what looks wrong is
                              looked at again after a grace, and counts when nothing has moved and nothing is on its way
  --order <id>                everything that is known about one order, in words, also when nothing is wrong with it
  --rules                     the rules, as a table
  --limit <n>                 findings that are printed (default 20); all are counted
  --json <file>               writes all of them there
  --grace <seconds>           default 5
  --kept <hours>              for how long messages are kept for certain: OUTBOX_KEPT at most (default 144, a day less than its default)
  --answered <file>           what was answered to customers, a line of JSON each: { "orderId", "key"?, "end"? }
  --stocked <sku>=<n>         how much of a product was ever stocked (repeatable)

  --name <instance>           whose databases and files: of npm start if not said (dev)
  --database-url <url>        a server where each service's database has the name of the service (AUDIT_DATABASE_URL)
  --database <service>=<url>  where one service's database is (repeatable; AUDIT_<SERVICE>_DATABASE_URL)
  --without <service>         leaves out the books of ${optional.join(' or ')} (repeatable)
  --outside <folder>          the outside world's files, where they are not the instance's; none leaves them out

  --measure [<orders>]        how long it takes on so many orders (default 1000000), made with SQL in databases of its own
  --no-build                  takes the bundle in dist/ as it is
  --help

  npm run audit                                            # beside a running npm start
  npm run audit -- --settled --json findings.json          # after a test, when all has come to rest
  npm run audit -- --order 7f3f1c52-1d0f-5a5e-9d53-0d0c1f2e3a4b
  npm run audit -- --database-url postgres://auditor:…@db.example/ --outside none

It ends with status 0 if all is well, 1 if something is wrong, 2 if it could not look.
`;

/**
 * @param {readonly string[]} args
 * @param {Record<string, string | undefined>} [env]
 * @returns {AuditRequest | 'help'}
 * @throws {LocalProblem} `usage`
 */
export function parseAudit(args, env = process.env) {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const tasks = [
    ...(values.order === undefined ? [] : [/** @type {const} */ ('order')]),
    ...(values.rules ? [/** @type {const} */ ('rules')] : []),
    ...(values.measure ? [/** @type {const} */ ('measure')] : []),
  ];
  const [task = 'audit', another] = tasks;
  if (another !== undefined) throw usage(`--${task} and --${another} are two tasks: say one of them.`);
  const [count, extra] = positionals;
  if (extra !== undefined || (count !== undefined && task !== 'measure')) throw usage(`"${extra ?? count}" is no option.`);
  const databaseUrl = values['database-url'] ?? env['AUDIT_DATABASE_URL'];
  const ofEnv = databaseServices.flatMap((service) => {
    const url = env[`AUDIT_${service.toUpperCase()}_DATABASE_URL`];
    return url === undefined ? [] : [[service, url]];
  });
  const named = (values.database ?? []).map((text) => {
    const [service, url] = pair('database', text, 'a service and its database, such as payment=postgres://…');
    return [known('database', service, databaseServices), url];
  });
  return {
    task,
    name: values.name,
    ...(databaseUrl !== undefined && { databaseUrl }),
    databases: Object.fromEntries([...ofEnv, ...named]),
    without: (values.without ?? []).map((service) => known('without', service, optional)),
    ...(values.outside !== undefined && { outside: values.outside }),
    settled: values.settled,
    graceMs: number('grace', values.grace) * 1_000,
    keptMs: number('kept', values.kept) * 3_600_000,
    ...(values.answered !== undefined && { answered: values.answered }),
    stocked: Object.fromEntries(
      (values.stocked ?? []).map((text) => {
        const [sku, units] = pair('stocked', text, 'a product and a number, such as tea=100');
        return [sku, number('stocked', units)];
      }),
    ),
    limit: number('limit', values.limit),
    ...(values.json !== undefined && { json: values.json }),
    ...(values.order !== undefined && { order: values.order.toLowerCase() }),
    orders: number('measure', count ?? '1000000'),
    build: !values['no-build'],
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  const text = /** @type {const} */ ({ type: 'string' });
  const texts = /** @type {const} */ ({ type: 'string', multiple: true });
  const flag = /** @type {const} */ ({ type: 'boolean', default: false });
  const options = {
    ...{ settled: flag, rules: flag, measure: flag, 'no-build': flag, help: { ...flag, short: 'h' } },
    ...{ order: text, json: text, answered: text, outside: text, 'database-url': text },
    ...{ stocked: texts, database: texts, without: texts },
    ...{
      name: { ...text, default: 'dev' },
      limit: { ...text, default: '20' },
      grace: { ...text, default: '5' },
      kept: { ...text, default: '144' },
    },
  };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw usage(wrongWords(error));
  }
}

/** @param {string} option @param {string} text @param {string} expected @returns {[string, string]} */
function pair(option, text, expected) {
  const at = text.indexOf('=');
  if (at < 1) throw usage(`--${option} "${text}": say ${expected}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/**
 * @template {string} T
 * @param {string} option
 * @param {string} text
 * @param {readonly T[]} values
 */
function known(option, text, values) {
  const found = values.find((value) => value === text);
  if (found === undefined) throw usage(`--${option} "${text}": say one of ${values.join(', ')}.`);
  return found;
}

/** @param {string} option @param {string} text */
function number(option, text) {
  if (!/^\d+(\.\d+)?$/.test(text)) throw usage(`--${option} "${text}": say a number.`);
  return Number(text);
}

/** @param {string} text */
const usage = (text) => new LocalProblem('usage', `${text} npm run audit -- --help explains the options.`);
