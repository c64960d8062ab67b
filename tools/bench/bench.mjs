// @ts-check
import { measure } from '../local/src/measurement.mjs';
import { LocalProblem } from '../local/src/problem.mjs';
import { services } from '../local/src/system.mjs';
import { benchHelp, parseBench } from './src/options.mjs';

/** @param {import('./src/options.mjs').BenchOptions} options */
function appsFor({ style }) {
  const apps = services.map(({ name }) => name).filter((name) => name !== 'outside');
  if (style === 'choreography') return apps.filter((name) => name !== 'orchestrator');
  if (apps.includes('orchestrator')) return apps;
  throw new LocalProblem('usage', `--style ${style} needs the orchestrator, which is not among the services yet: say choreography.`);
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
