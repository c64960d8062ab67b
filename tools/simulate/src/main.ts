import 'reflect-metadata';
import { writeFile } from 'node:fs/promises';
import { runAsked } from './compare';
import { faultNames, type Options } from './options.mjs';
import { commandOf, shrink } from './shrink';
import { type Report, Simulation } from './simulation';
import { resultOf, tableOf } from './table';

const say = (text: string): void => void process.stderr.write(`duet: ${text}\n`);
/** How often progress is told, in milliseconds, and how many runs a shorter reproduction may cost. */
const sayEveryMs = 10_000;
const shrinkTries = 60;

const failing = (reports: readonly Report[]): Report | undefined => reports.find(({ violations }) => violations.length > 0);
const total = ({ happened }: Report): number => [...happened.values()].reduce((sum, count) => sum + count, 0);

async function tell(simulation: Simulation, options: Options, seed: number, report: Report): Promise<void> {
  for (const { promise, order, text } of report.violations)
    say(`seed ${seed}: ${promise}${order === undefined ? '' : ` ${order}`}: ${text}`);
  say('looking for a shorter run that fails as well');
  const promises = new Set(report.violations.map(({ promise }) => promise));
  const less = await shrink(
    { ...options, seed },
    async (asked) => {
      const failed = failing(await runAsked(simulation, asked));
      return failed?.violations.some(({ promise }) => promises.has(promise)) ? total(failed) : undefined;
    },
    shrinkTries,
  );
  process.stdout.write(`\nThis fails as well:\n  ${commandOf(less, faultNames.length)}\n`);
}

async function main([text = '{}']: readonly string[]): Promise<boolean> {
  const options = JSON.parse(text) as Options;
  say('making the databases');
  const simulation = await Simulation.create();
  const reports: Report[] = [];
  const began = Date.now();
  let said = began;
  for (let run = 0; run < options.runs; run++) {
    const seed = options.seed + run;
    const ran = await runAsked(simulation, { ...options, seed });
    reports.push(...ran);
    if (options.trace !== undefined) await writeFile(options.trace, ran.flatMap(({ trace }) => [...trace, '']).join('\n'));
    if (Date.now() - said > sayEveryMs) {
      said = Date.now();
      say(`${run + 1} of ${options.runs} runs, ${reports.reduce((sum, { outcomes }) => sum + outcomes.length, 0)} orders, no violation`);
    }
    const failed = failing(ran);
    if (!failed) continue;
    await tell(simulation, options, seed, failed);
    break;
  }
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(resultOf(options, reports), null, 2)}\n`);
  process.stdout.write(`\n${tableOf(reports, (Date.now() - began) / 1_000)}`);
  return !failing(reports);
}

main(process.argv.slice(2)).then(
  (right) => process.exit(right ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`duet: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
