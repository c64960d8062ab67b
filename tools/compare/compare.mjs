// @ts-check
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { workspaceRoot } from '../local/src/files.mjs';
import { measure } from '../local/src/measurement.mjs';
import { LocalProblem } from '../local/src/problem.mjs';
import { participants } from '../local/src/system.mjs';

const help = `npm run compare

Compares choreography, hybrid and orchestration on the running system, side by side, and writes docs/choosing.md: messages and hops per
order, latency, contracts that each service must know, files that change for a new step, and what orders do while each service is down.

  --help

It takes two to four minutes. Kafka, PostgreSQL and their data are its own (the instance "compare", deleted afterwards), also beside a
running system; KAFKA_BROKERS and DATABASE_URL name others. Other work on the machine makes the latencies longer: close what you can.
`;

/** @param {readonly string[]} args */
function parse(args) {
  try {
    return parseArgs({ args: [...args], options: { help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new LocalProblem('usage', `${text} npm run compare -- --help says what it does.`);
  }
}

try {
  if (parse(process.argv.slice(2)).help) process.stdout.write(help);
  else {
    const file = resolve(workspaceRoot, 'docs/choosing.md');
    process.exitCode = await measure('compare', participants, ({ brokers }) => ({ apps: participants, brokers, file }));
  }
} catch (error) {
  process.stderr.write(`duet: ${error instanceof LocalProblem ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
