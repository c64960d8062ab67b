// @ts-check
import { services } from '../local/src/system.mjs';
import { measure, run } from '../local/src/measurement.mjs';
import { LocalProblem } from '../local/src/problem.mjs';
import { help, parseCrash } from './src/options.mjs';

try {
  const options = parseCrash(process.argv.slice(2));
  if (options === 'help') process.stdout.write(help);
  else {
    const projects = services.map(({ name }) => name);
    process.exitCode = options.build ? await measure('crash', projects, () => options.plan) : await run('crash', options.plan, process.env);
  }
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
