// @ts-check
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { ensureDependencies } from '../local/src/bootstrap.mjs';
import { build } from '../local/src/build.mjs';
import { workspaceRoot } from '../local/src/files.mjs';
import { instance } from '../local/src/infra.mjs';
import { projectNode } from '../local/src/node.mjs';
import { LocalProblem } from '../local/src/problem.mjs';
import { help, optionsOf } from './src/options.mjs';

/** @param {import('./src/options.mjs').Options} options @returns {Promise<number>} */
function run(options) {
  const entry = resolve(workspaceRoot, 'dist/tools/simulate/main.cjs');
  return new Promise((done, failed) => {
    const child = spawn(projectNode(), ['--enable-source-maps', entry, JSON.stringify(options)], { stdio: 'inherit' });
    child.on('error', failed);
    child.on('close', (code) => done(code ?? 1));
  });
}

try {
  const options = optionsOf(process.argv.slice(2));
  if (options.help) process.stdout.write(help);
  else {
    await ensureDependencies();
    await build(['simulate'], instance('simulate'), new AbortController().signal);
    process.exitCode = await run(options);
  }
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
