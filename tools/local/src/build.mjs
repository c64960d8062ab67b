// @ts-check
import { spawn } from 'node:child_process';
import { program, projectNode, quietNx } from './node.mjs';
import { LocalProblem, withProgress } from './problem.mjs';

/**
 * Bundles projects, with what they need.
 * @param {readonly string[]} projects
 * @param {import('./infra.mjs').Instance} instance
 * @param {AbortSignal} signal
 * @returns {Promise<void>} also when it was stopped
 * @throws {LocalProblem} `build-failed`
 */
export async function build(projects, { root, env, say }, signal) {
  const args = [program('nx'), 'run-many', '-t', 'build', '-p', projects.join(','), '--output-style=static'];
  await withProgress(say, `building ${projects.join(', ')}`, () => {
    return new Promise((done, failed) => {
      const child = spawn(projectNode(root), args, {
        cwd: root,
        env: { ...env, ...quietNx, NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
      const stop = () => child.kill('SIGTERM');
      signal.addEventListener('abort', stop, { once: true });
      child.on('error', failed);
      child.on('close', (code) => {
        signal.removeEventListener('abort', stop);
        if (code === 0 || signal.aborted) done(undefined);
        else failed(new LocalProblem('build-failed', `The build failed (status ${code}), and said:\n${output.trim()}`));
      });
    });
  });
}
