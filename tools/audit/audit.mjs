// @ts-check
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { ensureDependencies } from '../local/src/bootstrap.mjs';
import { build } from '../local/src/build.mjs';
import { workspaceRoot } from '../local/src/files.mjs';
import { instance } from '../local/src/infra.mjs';
import { measure } from '../local/src/measurement.mjs';
import { projectNode } from '../local/src/node.mjs';
import { LocalProblem } from '../local/src/problem.mjs';
import { participants } from '../local/src/system.mjs';
import { auditHelp, parseAudit } from './src/options.mjs';
import { placesOf } from './src/places.mjs';

/** Looking was not possible: neither clean nor not. */
const couldNotLook = 2;

/** The plan goes in by stdin: a database's address may hold a password, and arguments are read by everybody. @param {object} plan @returns {Promise<number>} */
function run(plan) {
  return new Promise((done, failed) => {
    const child = spawn(projectNode(), ['--enable-source-maps', resolve(workspaceRoot, 'dist/tools/audit/main.cjs')], {
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    child.on('error', failed);
    child.on('close', (code) => done(code ?? couldNotLook));
    child.stdin.end(JSON.stringify(plan));
  });
}

try {
  const request = parseAudit(process.argv.slice(2));
  if (request === 'help') process.stdout.write(auditHelp);
  else if (request.task === 'measure') {
    process.exitCode = await measure('audit', participants, ({ pids }) => ({ ...request, urls: {}, server: pids.database }));
  } else {
    await ensureDependencies();
    if (request.build) await build(['audit'], instance('audit', { say: () => undefined }), new AbortController().signal);
    const places = request.task === 'rules' ? { urls: {} } : await placesOf(request);
    process.exitCode = await run({ ...request, ...places });
  }
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = couldNotLook;
}
