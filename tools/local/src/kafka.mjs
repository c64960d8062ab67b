// @ts-check
import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { exists, localFolder, readJson, rotate, tailOf, writeJson } from './files.mjs';
import { findJava, requireMaven } from './java.mjs';
import { leadsGroups, probeKafka } from './kafka-probe.mjs';
import { withLock } from './lock.mjs';
import { choosePort, loopback } from './ports.mjs';
import { LocalProblem, withProgress } from './problem.mjs';
import { isRunning, markOf, pause, run, stopProcess } from './processes.mjs';

/** Also the version of the image in docker-compose.yml; a test holds them equal. */
export const kafkaVersion = '4.1.0';
const scalaVersion = '2.13';
/** The binding that lets Kafka write a log at all; its version is that of the log4j which Kafka brings. */
const loggingVersion = '2.24.3';
const copyPlugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/**
 * The settings that matter to the code; the same ones stand in docker-compose.yml (a test holds them equal).
 * One broker: every internal topic has one replica. Topics are made by the services, so a misspelt one is an error.
 * A lone consumer group waits for nobody. 2 MiB leave room for a body of 1 MiB and its headers.
 */
export const kafkaSettings = {
  'auto.create.topics.enable': 'false',
  'num.partitions': '6',
  'message.max.bytes': String(2 * 2 ** 20),
  'replica.fetch.max.bytes': String(2 * 2 ** 20),
  'group.initial.rebalance.delay.ms': '0',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '8',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '8',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
};

/**
 * One instance's Kafka on this machine.
 * @typedef {import('./infra.mjs').Instance} Instance
 * @typedef {import('./processes.mjs').ProcessMark & { port: number, controller: number }} KafkaProcess
 */

/** @param {Instance} instance */
const pathsOf = ({ folder }) => ({
  home: resolve(folder, 'kafka'),
  data: resolve(folder, 'kafka/data'),
  complete: resolve(folder, 'kafka/complete.json'),
  settings: resolve(folder, 'kafka/server.properties'),
  process: resolve(folder, 'kafka/process.json'),
  log: resolve(folder, 'kafka/kafka.log'),
});

/** @param {string} root */
const jarsFolder = (root) => resolve(localFolder(root), `kafka-${kafkaVersion}`);

/**
 * What can be said without starting anything.
 * @param {Instance} instance
 * @returns {Promise<{ running: boolean, port?: number, pid?: number }>}
 */
export async function kafkaState(instance) {
  const paths = pathsOf(instance);
  const mark = /** @type {KafkaProcess | undefined} */ (await readJson(paths.process));
  if (!mark || !(await isRunning(mark))) return { running: false };
  return { running: (await identity(paths, mark.port)) === 'ours', port: mark.port, pid: mark.pid };
}

/**
 * Whether it was started here and has ended without having been stopped.
 * @param {Instance} instance
 * @returns {Promise<boolean>}
 */
export async function kafkaIsLost(instance) {
  const mark = /** @type {KafkaProcess | undefined} */ (await readJson(pathsOf(instance).process));
  return mark !== undefined && !(await isRunning(mark));
}

/**
 * Whether Kafka can be run here, without downloading anything.
 * @param {Instance} instance
 * @returns {Promise<string>} the java program
 * @throws {LocalProblem} `no-java`, `java-too-old`, `no-maven`
 */
export async function requireLocalKafka({ root, env }) {
  const java = await findJava(env);
  if (!(await exists(resolve(jarsFolder(root), 'complete.json')))) await requireMaven(env);
  return java;
}

/**
 * Starts Kafka, or finds the one that runs.
 * @param {Instance} instance
 * @returns {Promise<number>} its port
 * @throws {LocalProblem}
 */
export async function startKafka(instance) {
  const { root, env, say } = instance;
  const paths = pathsOf(instance);
  const known = /** @type {KafkaProcess | undefined} */ (await readJson(paths.process));
  if (known && (await isRunning(known))) {
    await ready(instance, paths, known);
    return known.port;
  }
  if (known) {
    say(`Kafka's process ${known.pid} is gone without having been stopped; starting it again`);
    await rm(paths.process, { force: true });
  }
  const java = await requireLocalKafka(instance);
  const jars = await installKafka({ root, env, say });
  const port = await choosePort(instance.name, 'kafka', instance);
  const controller = await choosePort(instance.name, 'controller', instance);
  await format(instance, java, jars, { port, controller });
  await rotate(paths.log);
  const log = openSync(paths.log, 'w');
  const child = spawn(
    java,
    [
      '-Xmx512m',
      '-XX:+UseSerialGC',
      '-Djava.awt.headless=true',
      `-Dlog4j2.configurationFile=${resolve(paths.home, 'log4j2.properties')}`,
      '-cp',
      resolve(jars, 'lib', '*'),
      'kafka.Kafka',
      paths.settings,
    ],
    { cwd: paths.home, env, detached: true, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  child.unref();
  const pid = await new Promise((done, failed) => {
    child.on('spawn', () => done(child.pid));
    child.on('error', failed);
  });
  /** @type {KafkaProcess} */
  const mark = { ...(await markOf(pid)), port, controller };
  await writeJson(paths.process, mark);
  await withProgress(say, `starting Kafka on port ${port}`, () => ready(instance, paths, mark));
  return port;
}

/**
 * @param {Instance} instance
 * @returns {Promise<'stopped' | 'forced' | 'gone'>}
 */
export async function stopKafka(instance) {
  const { process: file } = pathsOf(instance);
  const mark = /** @type {KafkaProcess | undefined} */ (await readJson(file));
  const how = mark ? await stopProcess(mark, { signal: 'SIGTERM', force: 'SIGKILL', within: 30_000 }) : 'gone';
  await rm(file, { force: true });
  return how;
}

/**
 * Fetches Kafka and what it needs from a Maven repository, once for all instances of a clone.
 * @param {{ root: string, env: NodeJS.ProcessEnv, say: import('./problem.mjs').Say }} options
 * @returns {Promise<string>} the folder; the jars are in its `lib`
 * @throws {LocalProblem} `no-maven`, `download-failed`
 */
export async function installKafka({ root, env, say }) {
  const folder = jarsFolder(root);
  const complete = resolve(folder, 'complete.json');
  if (await exists(complete)) return folder;
  await withLock(`${folder}.lock`, { within: 10 * 60_000, say }, async () => {
    if (await exists(complete)) return;
    await requireMaven(env);
    if (await exists(folder)) say(`the download in ${folder} was not complete; fetching it again`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(resolve(folder, 'pom.xml'), pom);
    const args = ['-B', '-q', '-C', '-f', resolve(folder, 'pom.xml'), copyPlugin, '-DincludeScope=runtime', '-DoutputDirectory=lib'];
    const { code, output } = await withProgress(say, `downloading Apache Kafka ${kafkaVersion} with Maven (about 45 MB)`, () =>
      run('mvn', args, { cwd: folder, env }),
    );
    if (code !== 0) {
      const why = /\[ERROR\] (.*)/.exec(output)?.[1] ?? output.trim().split('\n')[0] ?? '';
      throw new LocalProblem(
        'download-failed',
        `Maven could not fetch Apache Kafka ${kafkaVersion} (${why.slice(0, 300)}): check the network and Maven's settings.xml, then run the same command again.`,
      );
    }
    await writeJson(complete, { kafka: kafkaVersion });
  });
  return folder;
}

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>duet</groupId><artifactId>kafka-for-development</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_${scalaVersion}</artifactId><version>${kafkaVersion}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>${loggingVersion}</version></dependency>
  </dependencies>
</project>
`;

/**
 * Writes the settings (ports may have changed) and, once per data folder, formats it.
 * @param {Instance} instance
 * @param {string} java
 * @param {string} jars
 * @param {{ port: number, controller: number }} ports
 */
async function format(instance, java, jars, { port, controller }) {
  const paths = pathsOf(instance);
  const fresh = !(await exists(paths.complete));
  if (fresh && (await exists(paths.data))) {
    instance.say(`Kafka's data folder ${paths.data} was only half written (a start was interrupted); building it again`);
    await rm(paths.data, { recursive: true, force: true });
  }
  await mkdir(paths.home, { recursive: true });
  await writeFile(resolve(paths.home, 'log4j2.properties'), logging);
  const lines = {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${loopback}:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://${loopback}:${port},CONTROLLER://${loopback}:${controller}`,
    'advertised.listeners': `PLAINTEXT://${loopback}:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    // Backslashes (Windows) would be escapes in a properties file.
    'log.dirs': paths.data.replaceAll('\\', '/'),
    ...kafkaSettings,
  };
  await writeFile(
    paths.settings,
    `${Object.entries(lines)
      .map(([key, value]) => `${key}=${value}\n`)
      .join('')}`,
  );
  if (!fresh) return;
  const clusterId = newClusterId();
  const args = ['-cp', resolve(jars, 'lib', '*'), 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', paths.settings];
  const { code, output } = await withProgress(instance.say, "preparing Kafka's data folder", () =>
    run(java, args, { env: instance.env, cwd: paths.home }),
  );
  if (code !== 0) {
    throw new LocalProblem('kafka-failed', `Kafka's data folder could not be prepared, its tool said: ${output.trim().slice(-500)}`);
  }
  await writeJson(paths.complete, { clusterId, kafka: kafkaVersion });
}

/** Kafka's ids are 16 bytes in base64url, and its tools take a leading dash for an option. */
function newClusterId() {
  for (;;) {
    const id = randomBytes(16).toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}

/** Warnings and the broker's own life: enough to see why it does not start, and never large. */
const logging = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d %p %c{1} - %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
`;

/**
 * @param {{ complete: string }} paths
 * @param {number} port
 * @returns {Promise<'ours' | 'foreign' | 'silent'>}
 */
async function identity({ complete }, port) {
  const answer = await probeKafka(loopback, port);
  if (!answer || answer.brokers === 0) return 'silent';
  const expected = /** @type {{ clusterId: string } | undefined} */ (await readJson(complete));
  return answer.clusterId === expected?.clusterId ? 'ours' : 'foreign';
}

/**
 * @param {Instance} instance
 * @param {ReturnType<typeof pathsOf>} paths
 * @param {KafkaProcess} mark
 */
async function ready(instance, paths, mark) {
  const deadline = Date.now() + 90_000;
  for (;;) {
    if ((await identity(paths, mark.port)) === 'ours' && (await leadsGroups(loopback, mark.port))) return;
    if (!(await isRunning(mark))) {
      await rm(paths.process, { force: true });
      throw new LocalProblem(
        'kafka-failed',
        `Kafka ended while starting; the end of ${paths.log}:\n${await tailOf(paths.log)}\nIf its data are damaged, "npm run infra -- reset --name ${instance.name}" deletes them.`,
      );
    }
    if (Date.now() > deadline) {
      throw new LocalProblem(
        'kafka-failed',
        `Kafka (process ${mark.pid}) does not answer on port ${mark.port}: see ${paths.log}, then "npm run infra -- down --name ${instance.name}" and try again.`,
      );
    }
    await pause(50);
  }
}
