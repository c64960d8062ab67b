// @ts-check
import { doneLines, groupTable, heldLines, heldPage, many } from './words.mjs';

/**
 * @typedef {import('./options.mjs').HeldOptions} HeldOptions
 * @typedef {import('./participants.mjs').Participants} Participants
 * @typedef {import('./words.mjs').Group} Group
 * @typedef {import('./words.mjs').Held} Held
 * @typedef {import('./words.mjs').Done} Done
 *
 * The place where it is asked. `read`: what --body means; `confirm`: whether a person at the terminal wants that, undefined where nobody is there.
 * @typedef {{ out: (text: string) => void, say: (line: string) => void, now: () => number, read: (body: string) => Promise<unknown>,
 *   confirm: (question: string) => Promise<boolean> | undefined }} Terminal
 *
 * What a command came to: for --json, for people, and whether all of it was done.
 * @typedef {{ result: object, lines: readonly string[], isAll: boolean }} Outcome
 * @typedef {{ participants: Participants, terminal: Terminal }} Here
 */

/** 0: it was done · 1: not all of it · 2: it was asked for in a wrong way · 3: a service did not answer. */
export const exits = { done: 0, notAll: 1, usage: 2, silent: 3 };

/** What was said beside the command line (a file, no answer to a question) makes no sense; the text says why. */
export class Wrong extends Error {}

/**
 * @param {HeldOptions} options
 * @param {Here} here
 * @returns {Promise<number>} the exit code
 * @throws {Wrong}
 */
export async function run(options, here) {
  const { participants, terminal } = here;
  const { result, lines, isAll } = await outcomeOf(options, here);
  const silent = [...participants.silent].map(([service, text]) => ({ service, text }));
  if (options.json) terminal.out(`${JSON.stringify({ ...result, silent })}\n`);
  else if (lines.length > 0) terminal.out(`${lines.join('\n')}\n`);
  if (silent.length === 0) return isAll ? exits.done : exits.notAll;
  for (const { text } of silent) terminal.say(text);
  terminal.say('npm start runs all services; --url <service>=<address> names another place, --service asks only some');
  return exits.silent;
}

/** @param {HeldOptions} options @param {Here} here @returns {Promise<Outcome>} */
async function outcomeOf(options, here) {
  switch (options.command) {
    case 'list':
      return options.each ? await listEach(options, here) : await listGroups(options, here);
    case 'show': {
      const { found, isAll } = await find(options.ids, here);
      const pages = found.map((held) => heldPage(held, here.terminal.now()).join('\n'));
      return { result: { items: found }, lines: pages.length === 0 ? [] : [pages.join('\n\n')], isAll };
    }
    case 'settle': {
      const { id, note, outcome, actor } = options;
      const body = { body: await here.terminal.read(options.body), note, ...(outcome !== undefined && { outcome }) };
      return whatWasDone(await toEach([id], 'settle', { actor, body }, here));
    }
    default:
      return await operate(options, here);
  }
}

/** @param {Extract<HeldOptions, { command: 'list' }>} options @param {Here} here @returns {Promise<Outcome>} */
async function listGroups({ filter }, here) {
  const groups = await here.participants.groups(filter);
  return { result: { items: groups }, lines: tableOf(groups, here), isAll: true };
}

/** @param {readonly Group[]} groups @param {Here} here */
function tableOf(groups, { participants, terminal }) {
  if (groups.length > 0) return groupTable(groups, terminal.now());
  if (participants.allAreSilent) return [];
  return [participants.silent.size > 0 ? 'those that answered hold none' : 'none is held'];
}

/** @param {Extract<HeldOptions, { command: 'list' }>} options @param {Here} here @returns {Promise<Outcome>} */
async function listEach({ filter, limit }, here) {
  const found = await here.participants.messages(filter, limit);
  const items = found.sort((a, b) => a.heldAt.localeCompare(b.heldAt)).slice(0, limit);
  const more = found.length > limit;
  const lines = items.length === 0 ? tableOf([], here) : items.flatMap((held) => heldLines(held, here.terminal.now()));
  return { result: { items, more }, lines: [...lines, ...(more ? ['and more; --limit says how many are listed'] : [])], isAll: true };
}

/** Who holds them, and whether none is missing; one that is missing is said. @param {readonly string[]} ids @param {Here} here */
async function find(ids, { participants, terminal }) {
  const found = (await Promise.all(ids.map((id) => participants.holding(id)))).flat();
  const missing = ids.filter((id) => !found.some((held) => held.id === id));
  for (const id of missing) terminal.say(`nothing is held under ${id}; it may have been handled meanwhile`);
  return { found, isAll: missing.length === 0 };
}

/** @typedef {Extract<HeldOptions, { command: 'redrive' | 'drop' }>} Many */
const doing = { redrive: 'Try again', drop: 'Give up' };
const did = { redrive: 'tried again', drop: 'given up' };
/** @param {Many} options @param {number} count */
const wouldBe = ({ command, actor }, count) => `${many(count, 'message')} would be ${did[command]}, as ${actor}; nothing was done`;

/** @param {Many} options @param {Here} here @returns {Promise<Outcome>} */
async function operate(options, here) {
  const { ids, filter, command, actor, dryRun } = options;
  const note = options.command === 'drop' ? { note: options.note } : undefined;
  if (filter) return await toGroup(options, { state: 'parked', ...filter }, { ...note }, here);
  if (!dryRun) return whatWasDone(await toEach(ids, command, { actor, ...(note && { body: note }) }, here));
  const { found, isAll } = await find(ids, here);
  const lines = found.flatMap((held) => heldLines(held, here.terminal.now()));
  return { result: { items: found, dryRun }, lines: [...lines, wouldBe(options, found.length)], isAll };
}

/**
 * Each at the one service that holds it. What nobody holds any more is asked of all: who had it says what became of it, or, where the same was asked before, the same again.
 * @param {readonly string[]} ids
 * @param {'redrive' | 'settle' | 'drop'} what
 * @param {import('../../local/src/services.mjs').Act} act
 * @param {Here} here
 * @returns {Promise<Done[]>}
 */
async function toEach(ids, what, act, { participants }) {
  const places = await Promise.all(ids.map(async (id) => ({ id, at: (await participants.holding(id)).map(({ service }) => service) })));
  const twice = places.find(({ at }) => at.length > 1);
  if (twice) throw new Wrong(`${twice.id} is held at ${twice.at.join(' and ')}: say which is meant with --service.`);
  /** @type {Done[]} */
  const all = [];
  for (const { id, at } of places) {
    const [owner] = at;
    const done = await participants.operate(owner === undefined ? participants.services.map(({ name }) => name) : [owner], id, what, act);
    const who = participants.silent.size > 0 ? 'no service that answered' : 'no service';
    all.push(...(done.length > 0 ? done : [{ service: '–', id, state: 'not-done', text: `${who} has ever held it`, code: 'unknown' }]));
  }
  return all;
}

/** As many of a group at a time: what they came to is told after each part. A redrive may wait for outside calls. */
const part = { redrive: 50, drop: 200 };

/** @param {Many} options @param {import('./options.mjs').Filter} filter @param {object} note @param {Here} here @returns {Promise<Outcome>} */
async function toGroup(options, filter, note, here) {
  const { participants, terminal } = here;
  const groups = await participants.groups(filter);
  const total = sum(groups);
  if (options.dryRun || total === 0) {
    const lines = [...tableOf(groups, here), ...(total === 0 ? [] : [wouldBe(options, total)])];
    return { result: { items: groups, dryRun: options.dryRun }, lines, isAll: true };
  }
  if (!options.yes && !(await isWanted(options, groups, here))) return { result: { items: [] }, lines: ['nothing was done'], isAll: false };
  /** @type {Done[]} */
  const all = [];
  for (const name of new Set(groups.map(({ service }) => service))) {
    const expected = sum(groups.filter(({ service }) => service === name));
    let count = 0;
    const act = { actor: options.actor, body: { ...filter, ...note, limit: part[options.command] } };
    await participants.operateMany(name, options.command, act, (done) => {
      all.push(...done);
      if (!options.json) terminal.out(done.map((one) => `${doneLines(one).join('\n')}\n`).join(''));
      count += done.length;
      if (expected > part[options.command]) terminal.say(`${name}: ${many(count, 'message')} of ${expected.toLocaleString('en')}`);
    });
  }
  const { result, isAll } = whatWasDone(all);
  return { result, lines: [summaryOf(all)], isAll };
}

/** @param {readonly Group[]} groups */
const sum = (groups) => groups.reduce((total, { count }) => total + count, 0);

/** @param {Many} options @param {readonly Group[]} groups @param {Here} here @returns {Promise<boolean>} @throws {Wrong} */
async function isWanted({ command, actor }, groups, { terminal }) {
  const count = many(sum(groups), 'message');
  const answer = terminal.confirm([...groupTable(groups, terminal.now()), `${doing[command]} ${count}, as ${actor}?`].join('\n'));
  if (answer) return await answer;
  throw new Wrong(`${count} would be ${did[command]}, and nobody is here to be asked: say --yes, or --dry-run to see them.`);
}

/** How messages stand that were to be done, and are not. */
const failed = ['not-done', 'parked', 'retrying'];

/** @param {readonly Done[]} items @returns {Outcome} */
const whatWasDone = (items) => ({
  result: { items },
  lines: items.flatMap(doneLines),
  isAll: !items.some(({ state }) => failed.includes(state)),
});

/** How many came to what. @param {readonly Done[]} all */
function summaryOf(all) {
  const counts = new Map();
  for (const { state } of all) counts.set(state, (counts.get(state) ?? 0) + 1);
  return `${many(all.length, 'message')}: ${[...counts].map(([state, count]) => `${count} ${state}`).join(', ')}`;
}
