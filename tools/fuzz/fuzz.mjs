// @ts-check
import { ensureDependencies } from '../local/src/bootstrap.mjs';
import { build } from '../local/src/build.mjs';
import { instance } from '../local/src/infra.mjs';
import { run } from '../local/src/measurement.mjs';
import { LocalProblem } from '../local/src/problem.mjs';
import { services } from '../local/src/system.mjs';
import { help, parseFuzz } from './src/options.mjs';

/** @param {import('./src/options.mjs').FuzzOptions} options @returns {Promise<number>} */
async function fuzz({ json, isToBuild, ...options }) {
  // Ctrl-C reaches the tool, too: it ends its processes.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => undefined);
  if (isToBuild) {
    await ensureDependencies();
    await build(['fuzz', ...services.map(({ name }) => name)], instance(options.name), new AbortController().signal);
  }
  return run('fuzz', { plan: options, ...(json !== undefined && { json }) }, process.env);
}

try {
  const options = parseFuzz(process.argv.slice(2));
  if (options === 'help') process.stdout.write(help);
  else process.exitCode = await fuzz(options);
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
