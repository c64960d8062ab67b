import { loadSlice, serveRequests } from '@duet/probe';
import { stopAllProcesses } from '@duet/testbed';
import { type Plan, sight } from './sight';

/** One program, two roles: the measurement (with the plan of sight.mjs), and who places orders. */
const [role, plan = '{}'] = process.argv.slice(2);
if (role === 'load') serveRequests(loadSlice);
else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stopAllProcesses().then(() => process.exit(130)));
  sight(JSON.parse(plan) as Plan).then(
    () => process.exit(0),
    async (error: unknown) => {
      process.stderr.write(`duet: ${error instanceof Error ? error.stack : String(error)}\n`);
      await stopAllProcesses();
      process.exit(1);
    },
  );
}
