import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { stopAllProcesses } from '@duet/testbed';
import { measured } from './measured';
import { choosing } from './page';

/** What compare.mjs has prepared: the apps to start, `host:port` of each broker, the page to write. */
interface Plan {
  readonly apps: readonly string[];
  readonly brokers: readonly string[];
  readonly file: string;
}

async function main({ file, ...place }: Plan): Promise<void> {
  await writeFile(file, choosing(await measured(place), availableParallelism()));
  process.stdout.write('docs/choosing.md written\n');
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stopAllProcesses().then(() => process.exit(130)));
main(JSON.parse(process.argv[3] ?? '{}') as Plan).then(
  () => process.exit(0),
  async (error: unknown) => {
    process.stderr.write(`duet: ${error instanceof Error ? error.stack : String(error)}\n`);
    await stopAllProcesses();
    process.exit(1);
  },
);
