// @ts-check
import { parseArgs } from 'node:util';
import { LocalProblem } from '../../local/src/problem.mjs';

export const help = `npm run reliability -- <file> [<file>…]

Tells together what runs have written with --json: npm run faults, npm run crash and npm run simulate. It prints one table in Markdown: what
went wrong, how often, how many times each promise was broken in the runs in which it did, and how long it took until orders ended again.
A run's violation counts beside everything that happened in that run. docs/reliability.md says what the promises are.

  --help

Exit status: 0 nothing was broken · 1 something was · 2 it was asked for in a wrong way.
`;

/** @param {readonly string[]} args @returns {readonly string[] | 'help'} the files @throws {LocalProblem} `usage` */
export function filesOf(args) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h', default: false } },
    });
    if (values.help) return 'help';
    if (positionals.length > 0) return positionals;
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
  throw usage('Say which files.');
}

/** @param {string} text */
export const usage = (text) => new LocalProblem('usage', `${text} npm run reliability -- --help says what it does.`);
