// @ts-check
import { parseArgs } from 'node:util';
import { actorOf, placesOf, whoIsHere } from '../../local/src/operator.mjs';
import { LocalProblem, wrongWords } from '../../local/src/problem.mjs';

/**
 * What `npm run resend` was asked for. `since`: ISO 8601.
 * @typedef {{ since: string, places: import('../../local/src/operator.mjs').Places, actor: string, yes: boolean, dryRun: boolean, json: boolean }} ResendOptions
 */

export const help = `npm run resend -- --since <time> [<options>]

Has the services send again what they have sent since a time, after the broker has lost its log: with the old ids, each saga's in its
order. Who has received a message drops it. First bring the broker back; the services make their topics again by themselves.

  --since <time>    an instant of ISO 8601 (2026-11-21T18:00:00Z), or how long ago: 90s, 15m, 2h, 1d. Earlier does no harm
  --service <name>  this service only (repeatable)
  --url <service>=<address>  a service of another system (repeatable); then only those are asked
  --actor <name>    who does it (default: your name on this machine); the services log it
  --dry-run         say how much waits and how far back each service could go, and do nothing
  --yes             do not ask before
  --json            the result as JSON on stdout; progress goes to stderr
  --help

Without --url it finds the services of the running npm start, or else at their usual ports (DUET_<SERVICE>_PORT).

Exit status: 0 all was sent · 1 not all of it could be · 2 it was asked for in a wrong way · 3 a service did not answer; the others did.

  npm run resend -- --since 2h --dry-run
  npm run resend -- --since 2026-11-21T18:00:00Z --yes
`;

const units = /** @type {const} */ ({ s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 });

/**
 * @param {readonly string[]} args
 * @param {{ user?: () => string, now?: () => number }} [options] `user`: who is at the machine
 * @returns {ResendOptions | 'help'}
 * @throws {LocalProblem} `usage`
 */
export function parseResend(args, { user = whoIsHere, now = Date.now } = {}) {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  if (positionals.length > 0) throw usage(`"${positionals[0]}" means nothing here.`);
  if (values.since === undefined) throw usage('--since is missing: say when the broker lost its log, or a while before.');
  return {
    since: sinceOf(values.since, now()),
    places: placesOf(values, usage),
    actor: actorOf(values.actor, user, usage),
    yes: values.yes ?? false,
    dryRun: values['dry-run'] ?? false,
    json: values.json ?? false,
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  const text = /** @type {const} */ ({ type: 'string' });
  const flag = /** @type {const} */ ({ type: 'boolean' });
  const many = /** @type {const} */ ({ type: 'string', multiple: true });
  try {
    return parseArgs({
      args: [...args],
      options: {
        ...{ since: text, service: many, url: many, actor: text, yes: flag, 'dry-run': flag, json: flag },
        help: { type: 'boolean', short: 'h' },
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw usage(wrongWords(error));
  }
}

/** @param {string} said @param {number} now */
function sinceOf(said, now) {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(said) ?? [];
  const time =
    count === undefined
      ? /^\d{4}-\d\d-\d\dT/.test(said)
        ? Date.parse(said)
        : NaN
      : now - Number(count) * units[/** @type {'s'} */ (unit)];
  if (Number.isNaN(time)) throw usage(`--since "${said}": say an instant, such as 2026-11-21T18:00:00Z, or how long ago, such as 2h.`);
  if (time > now) throw usage(`--since ${said} is in the future.`);
  return new Date(time).toISOString();
}

/** @param {string} text */
const usage = (text) => new LocalProblem('usage', `${text} npm run resend -- --help explains it.`);
