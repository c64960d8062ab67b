// @ts-check
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { instance } from '../local/src/infra.mjs';
import { LocalProblem, say } from '../local/src/problem.mjs';
import { servicesAt } from '../local/src/services.mjs';
import { exits, run, Wrong } from './src/commands.mjs';
import { help, parseHeld } from './src/options.mjs';
import { Participants } from './src/participants.mjs';

/** A JSON object: as it stands there, `@<file>`, or `-` for the standard input. @param {string} said @returns {Promise<object>} */
async function read(said) {
  const json = said === '-' ? await text(process.stdin) : said.startsWith('@') ? await fileText(said.slice(1)) : said;
  try {
    const data = /** @type {unknown} */ (JSON.parse(json));
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data;
  } catch (error) {
    throw new Wrong(`--body is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new Wrong('--body must be a JSON object: the fields of what came of it.');
}

/** @param {string} file */
async function fileText(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Wrong(`--body @${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @param {string} question */
function confirm(question) {
  if (!process.stdin.isTTY) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return lines
    .question(`${question} [y/N] `)
    .then((answer) => /^y(es)?$/i.test(answer.trim()))
    .finally(() => lines.close());
}

// A pager that was closed has seen enough.
process.stdout.on('error', () => process.exit());

try {
  const options = parseHeld(process.argv.slice(2));
  if (options === 'help') process.stdout.write(help);
  else {
    const { folder, env } = instance('dev');
    const participants = new Participants(await servicesAt(options.places, { folder, env }));
    const out = (/** @type {string} */ line) => void process.stdout.write(line);
    process.exitCode = await run(options, { participants, terminal: { out, say, read, confirm, now: Date.now } });
  }
} catch (error) {
  const expected = error instanceof LocalProblem || error instanceof Wrong;
  process.stderr.write(`duet: ${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = expected ? exits.usage : exits.notAll;
}
