// @ts-check
import { ensureDependencies } from '../local/src/bootstrap.mjs';
import { build } from '../local/src/build.mjs';
import { instance } from '../local/src/infra.mjs';
import { run } from '../local/src/measurement.mjs';
import { LocalProblem } from '../local/src/problem.mjs';
import { participants, services } from '../local/src/system.mjs';
import { help, list, parseFaults } from './src/options.mjs';

/** @param {import('./src/options.mjs').FaultsOptions} options @returns {Promise<number>} */
async function faults({ json, table, isToBuild, ...options }) {
  // Ctrl-C reaches the tool, too: it ends its processes.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => undefined);
  if (isToBuild) {
    await ensureDependencies();
    await build(['faults', ...services.map(({ name }) => name)], instance(options.name), new AbortController().signal);
  }
  // The observer only listens: it sends nothing that could be sent again, and none of the promises is about it.
  return run(
    'faults',
    { plan: { ...options, apps: participants }, ...(json !== undefined && { json }), ...(table && { table }) },
    process.env,
  );
}

try {
  const options = parseFaults(process.argv.slice(2));
  if (options === 'help') process.stdout.write(help);
  else if (options === 'list') process.stdout.write(list());
  else process.exitCode = await faults(options);
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
