// @ts-check
import { parseArgs } from 'node:util';
import { ensureDependencies } from './src/bootstrap.mjs';
import { ensureServiceDatabases } from './src/databases.store.mjs';
import { down, instance, reset, status, up, upOnly } from './src/infra.mjs';
import { LocalProblem } from './src/problem.mjs';

const help = `npm run infra -- <command> [--name <instance>] [--only kafka|postgres] [--json]

  up          start Kafka and PostgreSQL, or find them running
  databases   up, and make each service's own role and database
  status      say what runs where; ends with status 1 unless both run
  down        stop them and keep the data
  reset       stop them and delete the data

  --name        dev (default), test, or another: its own data (.duet/<name>/) and ports
  --only        up: one of the two alone
  --json        the result as JSON, the last line of stdout; progress goes to stderr
  --no-install  leave node_modules alone, even if it is not what package-lock.json says

Kafka and PostgreSQL each come from the first that applies:
  KAFKA_BROKERS / DATABASE_URL   yours; DATABASE_URL is an administrator's
  this machine                   Apache Kafka with Java 17+ and Maven, PostgreSQL from npm
  Docker                         docker-compose.yml

Settings: DUET_KAFKA_PORT, DUET_KAFKA_CONTROLLER_PORT, DUET_POSTGRES_PORT (of dev), DUET_POSTGRES_PASSWORD,
DUET_<SERVICE>_DB_PASSWORD, DUET_MIN_FREE_MIB (default 1024).
`;

const line = (/** @type {string} */ text) => void process.stdout.write(`${text}\n`);

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string', default: 'dev' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
      'no-install': { type: 'boolean', default: false },
    },
  });
  const command = positionals[0];
  if (values.help) return void process.stdout.write(help);
  if (positionals.length !== 1 || command === undefined || !Object.hasOwn(commands, command)) {
    throw new LocalProblem('usage', `Say one of ${Object.keys(commands).join(', ')} (--help explains them).`);
  }
  // Stopping needs no package, so it works in any state of the clone.
  const needsPackages = command !== 'down' && command !== 'reset';
  if (needsPackages && !values['no-install']) await ensureDependencies();
  if (values.only === undefined) return commands[/** @type {keyof typeof commands} */ (command)](instance(values.name), values.json);
  await only(command, values.only, instance(values.name), values.json);
}

/** @param {string} command @param {string} part @param {import('./src/infra.mjs').Instance} instance @param {boolean} json */
async function only(command, part, instance, json) {
  if (command !== 'up') throw new LocalProblem('usage', '--only goes with up: the other commands take what there is.');
  if (part !== 'kafka' && part !== 'postgres') throw new LocalProblem('usage', `--only "${part}": say kafka or postgres.`);
  const infra = await upOnly(instance, part);
  line(json ? JSON.stringify(infra) : 'brokers' in infra ? `Kafka       ${infra.brokers}` : `PostgreSQL  ${infra.databaseUrl}`);
}

/** @typedef {(instance: import('./src/infra.mjs').Instance, json: boolean) => Promise<void>} Command */
const commands = {
  /** @type {Command} */
  async up(instance, json) {
    const infra = await up(instance);
    line(json ? JSON.stringify(infra) : `Kafka       ${infra.brokers}\nPostgreSQL  ${infra.databaseUrl}`);
  },
  /** @type {Command} */
  async databases(instance, json) {
    const infra = await up(instance);
    const urls = await ensureServiceDatabases(infra.databaseUrl, instance.env);
    if (json) return line(JSON.stringify({ ...infra, services: urls }));
    for (const [service, url] of Object.entries(urls)) line(`${service.padEnd(12)}  ${url}`);
  },
  /** @type {Command} */
  async status(instance, json) {
    const found = await status(instance);
    if (json) line(JSON.stringify(found));
    else {
      for (const [title, part] of /** @type {const} */ ([
        ['Kafka', found.kafka],
        ['PostgreSQL', found.postgres],
      ])) {
        const where = [part.source, part.at, part.pid === undefined ? undefined : `process ${part.pid}`].filter(
          (text) => text !== undefined,
        );
        line(`${title.padEnd(10)}  ${part.running ? 'running' : 'stopped'}  (${where.join(', ')})`);
      }
      line(`Data        ${found.folder}`);
    }
    if (!found.kafka.running || !found.postgres.running) process.exitCode = 1;
  },
  /** @type {Command} */
  async down(instance, json) {
    await down(instance);
    line(
      json ? JSON.stringify({ name: instance.name, stopped: true }) : `"${instance.name}" is stopped; its data stay in ${instance.folder}`,
    );
  },
  /** @type {Command} */
  async reset(instance, json) {
    const { deleted } = await reset(instance);
    if (json) return line(JSON.stringify({ name: instance.name, deleted: deleted ?? null }));
    line(deleted === undefined ? `"${instance.name}" had no data` : `"${instance.name}" is stopped; deleted ${deleted}`);
  },
};

try {
  await main();
} catch (error) {
  const expected =
    error instanceof LocalProblem || (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
  process.stderr.write(`duet: ${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
