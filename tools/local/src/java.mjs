// @ts-check
import { resolve } from 'node:path';
import { LocalProblem } from './problem.mjs';
import { run } from './processes.mjs';

/** Kafka 4 needs it. */
const oldestJava = 17;

const otherWays = 'or start Docker, or set KAFKA_BROKERS to a broker of yours';

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string>} the java program to run
 * @throws {LocalProblem} `no-java`, `java-too-old`
 */
export async function findJava(env) {
  const java = env['JAVA_HOME'] ? resolve(env['JAVA_HOME'], 'bin', 'java') : 'java';
  const { code, output, missing } = await run(java, ['-version'], { env });
  if (missing || code !== 0) {
    const where = env['JAVA_HOME'] ? ` at JAVA_HOME (${env['JAVA_HOME']})` : '';
    throw new LocalProblem('no-java', `Kafka needs Java ${oldestJava} or newer, and none was found${where}: install a JDK, ${otherWays}.`);
  }
  // "17.0.15" today, "1.8.0_402" once.
  const version = /version "(?:1\.)?(\d+)/.exec(output)?.[1];
  if (version === undefined || Number(version) < oldestJava) {
    throw new LocalProblem(
      'java-too-old',
      `Kafka needs Java ${oldestJava} or newer, and ${java} is ${version ?? 'of an unknown version'}: install a newer JDK or point JAVA_HOME at one, ${otherWays}.`,
    );
  }
  return java;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @throws {LocalProblem} `no-maven`
 */
export async function requireMaven(env) {
  const { code, missing } = await run('mvn', ['-v'], { env });
  if (missing || code !== 0) {
    throw new LocalProblem(
      'no-maven',
      `Kafka is fetched with Maven, and no working mvn was found: install Maven 3.6 or newer, ${otherWays}.`,
    );
  }
}
