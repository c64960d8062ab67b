import { stopAllProcesses } from '@duet/testbed';
import { backlog, type Plan } from './backlog';

const [, plan = '{}'] = process.argv.slice(2);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stopAllProcesses().then(() => process.exit(130)));
backlog(JSON.parse(plan) as Plan).then(
  (right) => process.exit(right ? 0 : 1),
  async (error: unknown) => {
    process.stderr.write(`duet: ${error instanceof Error ? error.stack : String(error)}\n`);
    await stopAllProcesses();
    process.exit(1);
  },
);
