// @ts-check
import { measure } from '../local/src/measurement.mjs';
import { LocalProblem } from '../local/src/problem.mjs';
import { participants } from '../local/src/system.mjs';
import { parseSight, sightHelp } from './src/options.mjs';

try {
  const options = parseSight(process.argv.slice(2));
  if (options === 'help') process.stdout.write(sightHelp);
  else
    process.exitCode = await measure('sight', [...participants, 'observer'], ({ brokers }) => ({ options, apps: participants, brokers }));
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
