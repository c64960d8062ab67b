import { loadSlice, serveRequests } from '@duet/probe';
import { stopAllProcesses } from '@duet/testbed';
import { bench } from './bench';
import { floorSlice } from './floor.store';
import type { Plan } from './stage';
import { besideTrouble } from './trouble';

const run = (plan: Plan): Promise<boolean> => (plan.options.trouble ? besideTrouble(plan) : bench(plan));

/** One program, three roles: the measurement (with the plan of bench.mjs), and its two workers. */
const [role, plan = '{}'] = process.argv.slice(2);
switch (role) {
  case 'load':
    serveRequests(loadSlice);
    break;
  case 'floor':
    serveRequests(floorSlice);
    break;
  default:
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stopAllProcesses().then(() => process.exit(130)));
    run(JSON.parse(plan) as Plan).then(
      (right) => process.exit(right ? 0 : 1),
      async (error: unknown) => {
        process.stderr.write(`duet: ${error instanceof Error ? error.stack : String(error)}\n`);
        await stopAllProcesses();
        process.exit(1);
      },
    );
}
