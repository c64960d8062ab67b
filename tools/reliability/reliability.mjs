// @ts-check
import { readFile } from 'node:fs/promises';
import { LocalProblem } from '../local/src/problem.mjs';
import { filesOf, help, usage } from './src/options.mjs';
import { isKnown, tell } from './src/table.mjs';

/** @param {string} file */
async function read(file) {
  const text = await readFile(file, 'utf8').catch((/** @type {Error} */ error) => {
    throw usage(`${file} cannot be read: ${error.message}.`);
  });
  const data = parse(file, text);
  if (!isKnown(data)) throw usage(`${file} was not written by npm run faults, npm run crash or npm run simulate with --json.`);
  return data;
}

/** @param {string} file @param {string} text @returns {unknown} */
function parse(file, text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usage(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

try {
  const files = filesOf(process.argv.slice(2));
  if (files === 'help') process.stdout.write(help);
  else {
    const { text, violations } = tell(await Promise.all(files.map(read)));
    process.stdout.write(text);
    process.exitCode = violations === 0 ? 0 : 1;
  }
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
}
