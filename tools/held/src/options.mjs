// @ts-check
import { parseArgs } from 'node:util';
import { actorOf, placesOf, whoIsHere } from '../../local/src/operator.mjs';
import { LocalProblem, wrongWords } from '../../local/src/problem.mjs';

/** How a message can stand, what needs a person first. */
export const states = /** @type {const} */ (['parked', 'aside', 'retrying', 'waiting', 'calling']);

/**
 * Which messages. `all`: whatever their reason and task.
 * @typedef {{ reason?: string, task?: string, state?: typeof states[number], all?: boolean }} Filter
 *
 * @typedef {import('../../local/src/operator.mjs').Places} Places
 *
 * What `npm run held` was asked for. `body`: JSON, `@<file>`, or `-` for the standard input.
 * @typedef {{ command: 'list', filter: Filter, each: boolean, limit: number }} List
 * @typedef {{ command: 'show', ids: readonly string[] }} Show
 * @typedef {{ actor: string, dryRun: boolean, yes: boolean }} Doing
 * @typedef {{ command: 'redrive', ids: readonly string[], filter?: Filter } & Doing} Redrive
 * @typedef {{ command: 'drop', ids: readonly string[], filter?: Filter, note: string } & Doing} Drop
 * @typedef {{ command: 'settle', id: string, outcome?: string, body: string, note: string, actor: string }} Settle
 * @typedef {(List | Show | Redrive | Drop | Settle) & { places: Places, json: boolean }} HeldOptions
 */

export const help = `npm run held -- [<command>] [<id>…] [<options>]

What waits for a person at the services, and what was set aside: to look at, and to do something about.

  list              by reason, over all services, with how many and since when; the command if none is said
  show <id>…        where a message comes from, its headers and its value, and what people have done about it
  redrive <id>…     has it tried again now, in its order, and says what happened
  settle <id>       records what you have done by hand; its outcome is told as if the service had done it
  drop <id>…        gives it up: an action is refused for good, what was only heard or nobody could read is gone

Which, for list, and for redrive and drop instead of ids:
  --reason <code>   with this reason
  --task <name>     that ask for this: a command, or an event that was heard
  --state <state>   that stand so: ${states.join(', ')}; redrive and drop take parked if none is said
  --all             whatever their reason and their task (for redrive and drop)
  --service <name>  at this service only (repeatable)
  --each            list each message
  --limit <n>       of list --each: at most so many (default 200)

What is done:
  --actor <name>    who does it (default: your name on this machine); it is kept with what was done
  --note <text>     why; drop and settle need one
  --outcome <name>  settle: what came of it; the command's success if not said
  --body <json>     settle: the outcome's data; @<file> reads a file, - the standard input
  --dry-run         say which messages it would be, and do nothing
  --yes             do not ask before something is done to many

  --url <service>=<address>  a service of another system (repeatable); then only those are asked
  --json            the result as JSON on stdout; progress goes to stderr
  --help

Without --url it finds the services of the running npm start, or else at their usual ports (DUET_<SERVICE>_PORT).

Exit status: 0 it was done · 1 not all of it could be done, or some failed again · 2 it was asked for in a wrong way ·
3 a service did not answer; the others did.

  npm run held
  npm run held -- show '7c0e…#payment.ProcessPayment'
  npm run held -- redrive --reason ProviderUnavailable
  npm run held -- redrive --all --state retrying --service payment --yes
  npm run held -- drop --state aside --reason schema --note 'sent by a test' --dry-run
  npm run held -- settle '7c0e…#payment.RefundPayment' --body '{ "orderId": "…", "refunded": 3998 }' --note 'by bank transfer'
`;

const text = /** @type {const} */ ({ type: 'string' });
const flag = /** @type {const} */ ({ type: 'boolean' });
const many = /** @type {const} */ ({ type: 'string', multiple: true });
const known = {
  ...{ reason: text, task: text, state: text, all: flag, each: flag, limit: text },
  ...{ actor: text, note: text, outcome: text, body: text, 'dry-run': flag, yes: flag },
  ...{ service: many, url: many, json: flag, help: /** @type {const} */ ({ type: 'boolean', short: 'h' }) },
};
/** @typedef {keyof typeof known} Option */

/** What each command understands, beside what all do. */
const commands = {
  list: /** @type {Option[]} */ (['reason', 'task', 'state', 'each', 'limit']),
  show: /** @type {Option[]} */ ([]),
  redrive: /** @type {Option[]} */ (['reason', 'task', 'state', 'all', 'actor', 'dry-run', 'yes']),
  settle: /** @type {Option[]} */ (['outcome', 'body', 'note', 'actor']),
  drop: /** @type {Option[]} */ (['reason', 'task', 'state', 'all', 'note', 'actor', 'dry-run', 'yes']),
};
const common = /** @type {Option[]} */ (['service', 'url', 'json', 'help']);
/** @typedef {keyof typeof commands} Command */

/** A drop is for what waits, and for what was set aside; a redrive cannot mend what nobody can read. */
const takes = { redrive: /** @type {const} */ (['parked', 'retrying']), drop: /** @type {const} */ (['parked', 'retrying', 'aside']) };

/**
 * @param {readonly string[]} args
 * @param {{ user?: () => string }} [options] `user`: who is at the machine
 * @returns {HeldOptions | 'help'}
 * @throws {LocalProblem} `usage`
 */
export function parseHeld(args, { user = whoIsHere } = {}) {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [name = 'list', ...ids] = positionals;
  if (ids.includes('')) throw usage('An id is empty.');
  const command = oneOf('', name, /** @type {Command[]} */ (Object.keys(commands)));
  for (const option of /** @type {Option[]} */ (Object.keys(values))) {
    if (!common.includes(option) && !commands[command].includes(option)) throw usage(`--${option} means nothing to ${command}.`);
  }
  const more = { places: placesOf(values, usage), json: values.json ?? false };
  const { reason, task, all } = values;
  switch (command) {
    case 'list': {
      if (ids.length > 0) throw usage(`list takes no ids: say show ${ids[0]}.`);
      if (values.limit !== undefined && !values.each) throw usage('--limit goes with --each.');
      const filter = filterOf({ reason, task, state: values.state }, states);
      return { command, filter, each: values.each ?? false, limit: limitOf(values.limit), ...more };
    }
    case 'show':
      if (ids.length === 0) throw usage('show needs an id; list tells one of each group, list --each all of them.');
      return { command, ids: [...new Set(ids)], ...more };
    case 'settle': {
      const [id, other] = ids;
      if (id === undefined || other !== undefined) throw usage('settle needs one id: each message comes to something of its own.');
      if (values.body === undefined) throw usage('settle needs --body: the data of what came of it, as JSON.');
      const outcome = values.outcome === undefined ? {} : { outcome: values.outcome };
      return {
        command,
        id,
        body: values.body,
        note: noteOf(command, values.note),
        actor: actorOf(values.actor, user, usage),
        ...outcome,
        ...more,
      };
    }
    default: {
      const which = whichOf(command, ids, filterOf({ reason, task, state: values.state, all }, takes[command]));
      const doing = { actor: actorOf(values.actor, user, usage), dryRun: values['dry-run'] ?? false, yes: values.yes ?? false };
      if (command === 'redrive') return { command, ...which, ...doing, ...more };
      return { command, ...which, note: noteOf(command, values.note), ...doing, ...more };
    }
  }
}

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true });
  } catch (error) {
    throw usage(wrongWords(error));
  }
}

/**
 * @param {Command} command
 * @param {readonly string[]} ids
 * @param {Filter} filter
 * @returns {{ ids: readonly string[], filter?: Filter }}
 */
function whichOf(command, ids, filter) {
  const { reason, task, state, all } = filter;
  if (ids.length > 0) {
    if (Object.keys(filter).length > 0) throw usage(`Say to ${command} either ids or a filter, not both.`);
    return { ids: [...new Set(ids)] };
  }
  if (all && (reason !== undefined || task !== undefined))
    throw usage('--all is whatever the reason and the task: leave it out beside --reason and --task.');
  if (reason === undefined && task === undefined && !all) {
    if (state !== undefined) throw usage(`--state ${state} alone is everything that stands so: say --all, too, if that is meant.`);
    throw usage(`Say what to ${command}: an id, or --reason, --task or --all.`);
  }
  return { ids: [], filter };
}

/**
 * @param {{ reason?: string | undefined, task?: string | undefined, state?: string | undefined, all?: boolean | undefined }} said
 * @param {readonly (typeof states[number])[]} possible
 * @returns {Filter}
 */
function filterOf({ reason, task, state, all }, possible) {
  for (const [option, value] of Object.entries({ reason, task })) if (value === '') throw usage(`--${option} is empty.`);
  return {
    ...(reason !== undefined && { reason }),
    ...(task !== undefined && { task }),
    ...(state !== undefined && { state: oneOf('--state ', state, possible) }),
    ...(all && { all }),
  };
}

/** @param {string | undefined} said */
function limitOf(said = '200') {
  const limit = Number(said);
  if (!/^\d{1,6}$/.test(said) || limit < 1) throw usage(`--limit "${said}": say a whole number from 1 to 999999.`);
  return limit;
}

/** @param {Command} command @param {string | undefined} note */
function noteOf(command, note) {
  if (note === undefined || note.trim() === '') throw usage(`${command} needs --note: say why, for whoever looks at it later.`);
  return note;
}

/**
 * @template {string} T
 * @param {string} option
 * @param {string} said
 * @param {readonly T[]} possible
 */
function oneOf(option, said, possible) {
  const found = possible.find((one) => one === said);
  if (found === undefined) throw usage(`${option}"${said}": say one of ${possible.join(', ')}.`);
  return found;
}

/** @param {string} text */
const usage = (text) => new LocalProblem('usage', `${text} npm run held -- --help explains it.`);
