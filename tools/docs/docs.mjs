// @ts-check
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureDependencies } from '../local/src/bootstrap.mjs';
import { build } from '../local/src/build.mjs';
import { workspaceRoot } from '../local/src/files.mjs';
import { instance } from '../local/src/infra.mjs';
import { projectNode } from '../local/src/node.mjs';
import { LocalProblem } from '../local/src/problem.mjs';

const help = `npm run docs [-- --check]

Writes the pages that are made from the code: docs/processes/<process>.md, from what the services declare and from the sagas' tables.

  --check   writes nothing; says which page is stale and what would change, and ends with status 1 if one is
  --help
`;

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({ args: [...args], options: { check: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new LocalProblem('usage', `${text} npm run docs -- --help explains the options.`);
  }
}

try {
  const { check, help: asked } = parse(process.argv.slice(2));
  if (asked) process.stdout.write(help);
  else {
    await ensureDependencies();
    await build(['docs'], instance('docs'), new AbortController().signal);
    const entry = resolve(workspaceRoot, 'dist/tools/docs/main.cjs');
    const { status } = spawnSync(projectNode(), ['--enable-source-maps', entry, workspaceRoot, check ? 'check' : 'write'], {
      stdio: 'inherit',
    });
    process.exitCode = status ?? 1;
  }
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
