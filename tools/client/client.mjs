// @ts-check
import { parseArgs } from 'node:util';
import { ensureDependencies } from '../local/src/bootstrap.mjs';
import { instance } from '../local/src/infra.mjs';
import { placesOf } from '../local/src/operator.mjs';
import { LocalProblem } from '../local/src/problem.mjs';

const help = `npm run client [-- <options>]

Writes the console's types of the services' REST, apps/console/src/api/rest/<service>.ts, from the OpenAPI documents of the running services:
those of npm start, unless told otherwise.

  --check                    writes nothing; says which file is stale, and ends with status 1 if one is
  --url <service>=<address>  a service of another system (repeatable)
  --help
`;

/** @param {readonly string[]} args */
function parse(args) {
  const usage = (/** @type {string} */ text) => new LocalProblem('usage', `${text} npm run client -- --help explains the options.`);
  try {
    const options = /** @type {const} */ ({
      check: { type: 'boolean', default: false },
      url: { type: 'string', multiple: true },
      help: { type: 'boolean', short: 'h', default: false },
    });
    const { values } = parseArgs({ args: [...args], options });
    return { ...values, urls: placesOf(values, usage).urls };
  } catch (error) {
    throw error instanceof LocalProblem ? error : usage(error instanceof Error ? error.message : String(error));
  }
}

try {
  const { check, help: asked, urls } = parse(process.argv.slice(2));
  if (asked) process.stdout.write(help);
  else {
    await ensureDependencies();
    // What it stands on is installed by now.
    const { staleOrWritten } = await import('./src/types.mjs');
    const { folder, env, root } = instance('dev');
    const files = await staleOrWritten({ check, urls, folder, env, root });
    for (const file of files) process.stdout.write(`${file} ${check ? 'is stale: npm run client writes it' : 'written'}\n`);
    if (check && files.length > 0) process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
