import { stopAllProcesses } from '@duet/testbed';
import { type Plan, take } from './take';

/** The plan of screenshots.mjs, behind this program's name. */
const plan = JSON.parse(process.argv[3] ?? '{}') as Plan;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stopAllProcesses().then(() => process.exit(130)));
take(plan).then(
  () => process.exit(0),
  async (error: unknown) => {
    process.stderr.write(`duet: ${error instanceof Error ? error.stack : String(error)}\n`);
    await stopAllProcesses();
    process.exit(1);
  },
);
