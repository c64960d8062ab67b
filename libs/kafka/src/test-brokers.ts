import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

/** For tests: the brokers that the environment names, or those of the workspace's test infrastructure. Not from libs/testbed, which stands on this library. */
export function testBrokers(): string[] {
  const named = process.env['KAFKA_BROKERS'];
  if (named) return named.split(',');
  const root = resolve(__dirname, '../../..');
  const said = execFileSync(process.execPath, ['tools/local/infra.mjs', 'up', '--json', '--name', 'test'], { cwd: root, encoding: 'utf8' });
  const { brokers } = JSON.parse(said.trimEnd().split('\n').at(-1)!) as { brokers: string };
  return brokers.split(',');
}
