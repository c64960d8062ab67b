// @ts-check
import { ensureDependencies } from './src/bootstrap.mjs';
import { instance } from './src/infra.mjs';
import { LocalProblem, say } from './src/problem.mjs';
import { runSystem } from './src/start.mjs';
import { parseStart, startHelp } from './src/start-options.mjs';

/** @type {readonly import('./src/supervisor.mjs').Supervised[]} */
let supervised = [];
const stopping = new AbortController();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    if (!stopping.signal.aborted) {
      say(`${signal}: stopping; once more to end the services at once`);
      return stopping.abort();
    }
    for (const one of supervised) one.kill();
  });
}
// A terminal that was closed must not keep the services from being stopped.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

try {
  const options = parseStart(process.argv.slice(2));
  if (options.help) process.stdout.write(startHelp);
  else {
    await ensureDependencies();
    if (!stopping.signal.aborted) {
      const print = (/** @type {string} */ text) => void process.stdout.write(text);
      await runSystem(instance('dev'), options, { signal: stopping.signal, print, onSupervised: (all) => (supervised = all) });
    }
  }
} catch (error) {
  // npm was interrupted, too: it has not failed.
  if (!stopping.signal.aborted) fail(error);
}

/** @param {unknown} error */
function fail(error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
