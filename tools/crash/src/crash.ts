import { readFile, writeFile } from 'node:fs/promises';
import { type Case, casesOf, nameOf, roundsOf, sampleOf, shuffled } from './cases';
import { markdown } from './markdown.mjs';
import type { Plan } from './options.mjs';
import { type Outcome, Rounds } from './round';
import { tableOf, type Violation } from './table';
import { smallSuite } from './suites';
import { type Caught, chase, twinNames } from './twins';
import { World } from './world';

const say = (text: string): void => void process.stderr.write(`duet: ${text}\n`);

/** Finds the points, dies at each, and tells what came of it. Returns the exit code. */
export async function crash(plan: Plan): Promise<number> {
  if (plan.table) return tellAll(await read(plan.table));
  if (plan.small) return smallService(plan);
  if (plan.twins) return chaseAll(plan, plan.twins.length > 0 ? plan.twins : twinNames);
  const world = await World.start();
  try {
    const rounds = new Rounds(world);
    const violations: Violation[] = [];
    const cases: Case[] = [];
    for (const style of plan.styles) {
      const { met, findings } = await rounds.run(style, []);
      violations.push(...findings.map((finding) => ({ ...finding, seed: plan.seed, round: [] })));
      if (plan.list) process.stdout.write(`${style}\n${listOf(met)}\n`);
      cases.push(...casesOf(style, met, plan.occurrences));
    }
    if (plan.list) return violations.length === 0 ? 0 : 1;
    const before = new Set((await read(plan.without ?? [])).outcomes.filter(({ fired }) => fired).map(keyOf));
    const wanted = shuffled(
      cases.filter((one) => isWanted(one, plan) && !before.has(keyOf(one))),
      plan.seed,
    );
    const all = sampleOf(roundsOf(wanted, plan.together), plan.sample ?? Infinity);
    const outcomes: Outcome[] = [];
    const end = plan.minutes === undefined ? Infinity : Date.now() + plan.minutes * 60_000;
    say(`${cases.length} cases were found; ${all.flat().length} are tried, in ${all.length} rounds`);
    for (const [n, round] of all.entries()) {
      const [first] = round;
      if (!first || Date.now() > end) continue;
      const began = Date.now();
      const report = await rounds.run(first.style, round);
      outcomes.push(...report.outcomes);
      violations.push(...report.findings.map((finding) => ({ ...finding, seed: plan.seed, round: report.outcomes })));
      say(
        `round ${n + 1} of ${all.length}, ${first.style}: ${report.outcomes.map((one) => `${nameOf(one)}${one.fired ? '' : ' (did not die)'}`).join(', ')}: ${report.findings.length} violations, ${((Date.now() - began) / 1_000).toFixed(1)} s`,
      );
      for (const { rule, order, text } of report.findings) say(`  ${rule} ${order ?? ''}: ${text}`);
      if (report.findings.length > 0) say(`the services said:\n${world.output()}`);
      if (plan.json !== undefined) await writeFile(plan.json, `${JSON.stringify({ plan, outcomes, violations }, null, 2)}\n`);
    }
    return tellAll({ outcomes, violations });
  } finally {
    await world.stop();
  }
}

/** The small service has its own suite, which says of each point what came of it. */
async function smallService({ label, sample, seed, json }: Plan): Promise<number> {
  const { code, result } = await smallSuite({ points: sample ?? 'all', label, seed });
  if (json !== undefined) await writeFile(json, result);
  const told = tellAll(JSON.parse(result) as Result);
  return code === 0 ? told : 1;
}

/** What one run, or several, came to. */
interface Result {
  readonly outcomes: readonly Outcome[];
  readonly violations: readonly Violation[];
}

/** What runs have written, together. */
async function read(files: readonly string[]): Promise<Result> {
  const results = await Promise.all(files.map(async (file) => JSON.parse(await readFile(file, 'utf8')) as Result));
  return { outcomes: results.flatMap(({ outcomes }) => outcomes), violations: results.flatMap(({ violations }) => violations) };
}

/** Prints it. Returns the exit code. */
function tellAll({ outcomes, violations }: Result): number {
  process.stdout.write(`${tableOf(outcomes, violations)}\n`);
  for (const one of outcomes) if (!one.fired) process.stdout.write(`did not die: ${keyOf(one)}\n`);
  for (const { rule, order, text, round } of violations) {
    process.stdout.write(`VIOLATION ${rule} ${order ?? ''}: ${text}\n  in the round of ${round.map(nameOf).join(', ')}\n`);
  }
  return violations.length === 0 && outcomes.some(({ fired }) => fired) ? 0 : 1;
}

const keyOf = (one: Case): string => `${one.style}, ${nameOf(one)}`;

/** One twin after the other. */
async function chaseAll(plan: Plan, names: readonly string[]): Promise<number> {
  const all: Caught[] = [];
  for (const name of names) {
    const caught = await chase(name, plan, say);
    all.push(caught);
    say(`${name}: ${caught.after === undefined ? 'NOT CAUGHT' : `caught in round ${caught.after} by ${caught.by.join(', ')}`}`);
  }
  const rows = all.map(({ name, says, after, by }) => [
    `\`${name}\``,
    says,
    after === undefined ? 'not caught' : String(after),
    by.map((rule) => (rule.includes(' ') ? rule : `\`${rule}\``)).join(', '),
  ]);
  process.stdout.write(markdown(['twin', 'the planted bug', 'rounds', 'caught by'], rows));
  if (plan.json !== undefined) await writeFile(plan.json, `${JSON.stringify({ plan, twins: all }, null, 2)}\n`);
  return all.every(({ after }) => after !== undefined) ? 0 : 1;
}

const isWanted = ({ service, label, nth }: Case, plan: Plan): boolean =>
  (plan.services?.includes(service) ?? true) && label.includes(plan.label ?? '') && (plan.nth ?? nth) === nth;

const listOf = (met: Readonly<Record<string, Readonly<Record<string, number>>>>): string =>
  markdown(
    ['service', 'label', 'met'],
    Object.entries(met).flatMap(([service, labels]) => Object.entries(labels).map(([label, count]) => [service, label, String(count)])),
  );
