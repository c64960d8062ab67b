// @ts-check
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { workspaceRoot } from './files.mjs';

/** The Node that the project runs on, whatever the machine has: it comes with the dependencies. @param {string} [root] */
export const projectNode = (root = workspaceRoot) => resolve(root, 'node_modules/node/bin/node');

/** The program of an npm package, as a file for {@link projectNode}. @param {'nx' | 'jest' | 'eslint' | 'prettier' | 'typescript'} name */
export function program(name) {
  const require = createRequire(resolve(workspaceRoot, 'package.json'));
  const manifest = require.resolve(`${name}/package.json`);
  const { bin } = require(manifest);
  return resolve(dirname(manifest), typeof bin === 'string' ? bin : bin[name === 'typescript' ? 'tsc' : name]);
}

/** Nx without what is meant for a person at a terminal, and without a process that stays. */
export const quietNx = { NX_DAEMON: 'false', NX_TUI: 'false' };
