// @ts-check
import { measure } from '../local/src/measurement.mjs';
import { LocalProblem } from '../local/src/problem.mjs';
import { backlogHelp, parseBacklog } from './src/options.mjs';

try {
  const options = parseBacklog(process.argv.slice(2));
  if (options === 'help') process.stdout.write(backlogHelp);
  else
    process.exitCode = await measure('backlog', ['order', 'inventory', 'payment', 'shipping', 'outside'], ({ brokers }) => ({
      options,
      brokers,
    }));
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
