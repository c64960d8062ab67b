// @ts-check
import { measure } from '../local/src/measurement.mjs';
import { LocalProblem } from '../local/src/problem.mjs';
import { participants } from '../local/src/system.mjs';
import { benchHelp, parseBench } from './src/options.mjs';

/** @param {import('./src/options.mjs').BenchOptions} options */
function appsFor({ style }) {
  return style === 'choreography' ? participants.filter((name) => name !== 'orchestrator') : participants;
}

try {
  const options = parseBench(process.argv.slice(2));
  if (options === 'help') process.stdout.write(benchHelp);
  else {
    const apps = appsFor(options);
    const outside = options.outside === 'http' ? ['outside'] : [];
    process.exitCode = await measure('bench', [...apps, ...outside], (prepared) => ({ options, apps, ...prepared }));
  }
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
