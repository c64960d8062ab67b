import { type Case, casesOf, nameOf, roundsOf, shuffled } from './cases';
import type { Plan } from './options.mjs';
import { Rounds } from './round';
import { testOf } from './suites';
import { twins } from './twins.cjs';
import { World } from './world';

/** What became of a twin. */
export interface Caught {
  readonly name: string;
  readonly says: string;
  /** Rounds until it was caught; undefined: not within those that were tried. */
  readonly after?: number;
  /** The rules that caught it, or the test. */
  readonly by: readonly string[];
}

export const twinNames = Object.keys(twins);

/** Plants a bug, and looks what finds it. */
export async function chase(name: string, plan: Plan, say: (text: string) => void): Promise<Caught> {
  const { says, labels = [], test } = twins[name] ?? { says: 'there is no such twin' };
  if (!test) return chaseInRounds({ name, says }, labels, plan, say);
  // What is red anyway finds nothing.
  const [without, with_] = [await testOf(test), await testOf(test, name)];
  say(`${name}: "${test.name}" ${without} without the bug, and ${with_} with it`);
  return without === 'passed' && with_ === 'failed'
    ? { name, says, after: 1, by: [`${test.suite}: ${test.name}`] }
    : { name, says, by: [] };
}

/** Lets all services be one twin, in a world of its own, and looks until which round nothing is found. */
async function chaseInRounds(
  { name, says }: Pick<Caught, 'name' | 'says'>,
  labels: readonly string[],
  plan: Plan,
  say: (text: string) => void,
): Promise<Caught> {
  const world = await World.start({ CRASH_TWIN: name });
  try {
    // What a twin never mends is not waited for as long as what a busy machine takes.
    const rounds = new Rounds(world, 15_000);
    const style = plan.styles[plan.seed % plan.styles.length] ?? 'hybrid';
    const { met, findings } = await rounds.run(style, []);
    let found = findings;
    const fitting = casesOf(style, met, plan.occurrences).filter(({ label }) => labels.some((text) => label.includes(text)));
    const all: Case[][] = roundsOf(shuffled(fitting, plan.seed), plan.together);
    for (let n = 1; ; n++) {
      if (found.length > 0) return { name, says, after: n, by: [...new Set(found.map(({ rule }) => rule))].sort() };
      const round = all[n - 1];
      if (n >= plan.tries || !round) return { name, says, by: [] };
      const report = await rounds.run(style, round);
      found = report.findings;
      say(
        `${name}, round ${n + 1}, ${style}: ${report.outcomes.map((one) => `${nameOf(one)}${one.fired ? '' : ' (did not die)'}`).join(', ')}`,
      );
    }
  } finally {
    await world.stop();
  }
}
