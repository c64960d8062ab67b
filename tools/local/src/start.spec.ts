import { instance } from './infra.mjs';
import { listening, scratch } from './scratch.fixture';
import { runSystem } from './start.mjs';
import { services } from './system.mjs';

/** A start of Kafka and PostgreSQL alone, which fails: nobody answers where they are said to be. */
async function starting(signal: AbortSignal): Promise<string[]> {
  const { say, lines } = listening();
  const env = { KAFKA_BROKERS: '127.0.0.1:1', DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
  const none = { help: false, build: false, without: new Set(services.map(({ name }) => name)), replicas: new Map<string, number>() };
  await runSystem(instance('dev', { root: await scratch(), env, say }), none, { signal, print: say });
  return lines;
}

it('a start that fails says why', async () => {
  await expect(starting(new AbortController().signal)).rejects.toMatchObject({ code: 'kafka-unreachable' });
});

it('a start that was stopped has not failed: Ctrl-C also interrupts the programs that it asks for something', async () => {
  expect((await starting(AbortSignal.abort())).at(-1)).toBe('everything has stopped');
});
