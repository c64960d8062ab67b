// @ts-check
import { placeNames, placeOf } from '../../crash/src/places.mjs';
import { catalog } from '../../faults/src/catalog.mjs';
import { markdown } from '../../local/src/markdown.mjs';
import { faults as weather } from '../../simulate/src/options.mjs';

/**
 * What the files hold that `npm run faults`, `npm run crash` and `npm run simulate` write with --json, as far as it is read here.
 * @typedef {{ promise: string }} Violation
 * @typedef {{ seed: number, seconds: number, style: string, orders: { accepted: number, ended: number },
 *   faults: readonly { name: string, fired: boolean, recoverySeconds: number | null }[], violations: readonly Violation[] }} FaultsFile
 * @typedef {{ outcomes: readonly { style: string, label: string, fired: boolean, recoverySeconds?: number }[],
 *   violations: readonly (Violation & { round: readonly { label: string, fired: boolean }[] })[] }} CrashFile
 * @typedef {{ seed: number, runs: number, style: string, orders: number, happened: Readonly<Record<string, number>>, violations: readonly Violation[] }} SimulateFile
 *
 * What happened, how often, in seconds how long it took to recover from, and what was broken while it happened.
 * @typedef {{ command: string, fault: string, times: number, seconds: readonly number[], broken: readonly Violation[] }} Row
 */

/** The promises that every one of these runs is held to: those of docs/reliability.md that show in books and logs. */
export const promises = /** @type {const} */ (['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8']);

/** What `npm run crash -- --small` calls the style of the service that it kills: it has none. */
const small = 'a small service';

/** @param {unknown} file @returns {file is FaultsFile} */
const isFaults = (file) => has(file, 'faults', 'orders', 'violations');
/** @param {unknown} file @returns {file is CrashFile} */
const isCrash = (file) => has(file, 'outcomes', 'violations');
/** @param {unknown} file @returns {file is SimulateFile} */
const isSimulate = (file) => has(file, 'happened', 'runs', 'violations');
/** @param {unknown} file @param {...string} names */
const has = (file, ...names) => typeof file === 'object' && file !== null && names.every((name) => name in file);

/** Whether a file is one of these. @param {unknown} file @returns {file is FaultsFile | CrashFile | SimulateFile} */
export const isKnown = (file) => isFaults(file) || isCrash(file) || isSimulate(file);

/**
 * What all runs came to: a table of faults and promises in Markdown, how often each fault happened, how many times each promise was broken in the runs (for a crash: in the rounds) in
 * which it happened, and how long it took until orders ended again; then a line for each kind of run.
 * @param {readonly (FaultsFile | CrashFile | SimulateFile)[]} files
 */
export function tell(files) {
  const nemesis = files.filter(isFaults);
  const crashes = files.filter(isCrash);
  const simulations = files.filter(isSimulate);
  const rows = [...nemesisRows(nemesis), ...crashRows(crashes), ...simulationRows(simulations)].filter(({ times }) => times > 0);
  const head = ['by', 'what happened', 'times', ...promises, 'orders end again after (s): median', 'longest'];
  const sum = (/** @type {readonly number[]} */ numbers) => numbers.reduce((total, one) => total + one, 0);
  const violations = files.reduce((total, file) => total + file.violations.length, 0);
  const lines = [
    ...nemesis.map(
      ({ seed, seconds, style, orders }) =>
        `\`npm run faults -- --seed ${seed} --seconds ${seconds} --style ${style}\`: ${count(orders.accepted)} orders accepted, ${count(orders.ended)} ended.`,
    ),
    ...crashes.map(
      ({ outcomes }) =>
        `\`npm run crash${outcomes.some(({ style }) => style === small) ? ' -- --small' : ''}\`: ${count(outcomes.filter(({ fired }) => fired).length)} deaths in ${count(outcomes.length)} cases.`,
    ),
    ...simulations.map(
      ({ seed, runs, style, orders }) =>
        `\`npm run simulate -- --seed ${seed} --runs ${runs} --style ${style}\`: ${count(orders)} orders in ${count(runs)} runs.`,
    ),
    `In all ${count(sum(rows.map(({ times }) => times)))} faults; violations: ${count(violations)}.`,
  ];
  return { text: `${markdown(head, rows.map(cells))}\n${lines.map((line) => `- ${line}\n`).join('')}`, violations };
}

/** @param {readonly FaultsFile[]} files @returns {Row[]} */
function nemesisRows(files) {
  return Object.entries(catalog).map(([name, { says }]) => {
    const all = files.flatMap(({ faults }) => faults.filter((one) => one.name === name && one.fired));
    return {
      ...{ command: 'faults', fault: says, times: all.length },
      seconds: all.flatMap(({ recoverySeconds }) => recoverySeconds ?? []),
      broken: files.filter(({ faults }) => faults.some((one) => one.name === name && one.fired)).flatMap(({ violations }) => violations),
    };
  });
}

/** @param {readonly CrashFile[]} files @returns {Row[]} */
function crashRows(files) {
  const outcomes = files.flatMap((file) => file.outcomes).filter(({ fired }) => fired);
  const violations = files.flatMap((file) => file.violations);
  return placeNames.map((place) => {
    const all = outcomes.filter(({ label }) => placeOf(label) === place);
    return {
      ...{ command: 'crash', fault: `a service is killed before or after it meets: ${place}`, times: all.length },
      seconds: all.flatMap(({ recoverySeconds }) => recoverySeconds ?? []),
      broken: violations.filter(({ round }) => round.some(({ fired, label }) => fired && placeOf(label) === place)),
    };
  });
}

/** @param {readonly SimulateFile[]} files @returns {Row[]} */
function simulationRows(files) {
  return Object.entries(weather).map(([name, says]) => ({
    ...{ command: 'simulate', fault: says, seconds: [] },
    times: files.reduce((total, { happened }) => total + (happened[name] ?? 0), 0),
    broken: files.filter(({ happened }) => (happened[name] ?? 0) > 0).flatMap(({ violations }) => violations),
  }));
}

/** @param {Row} row */
function cells({ command, fault, times, seconds, broken }) {
  const sorted = [...seconds].sort((a, b) => a - b);
  const of = (/** @type {string} */ promise) =>
    broken.filter((one) => one.promise === promise || one.promise.startsWith(`${promise}-`)).length;
  return [
    ...[`\`${command}\``, fault, count(times), ...promises.map((promise) => count(of(promise)))],
    ...[sorted[Math.floor(sorted.length / 2)]?.toFixed(1) ?? '', sorted.at(-1)?.toFixed(1) ?? ''],
  ];
}

const count = (/** @type {number} */ number) => number.toLocaleString('en');
