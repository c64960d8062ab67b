import { stopAllProcesses } from '@duet/testbed';
import type { Plan } from './options.mjs';
import { crash } from './crash';

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stopAllProcesses().then(() => process.exit(130)));
crash(JSON.parse(process.argv[3] ?? '{}') as Plan).then(
  (code) => process.exit(code),
  async (error: unknown) => {
    process.stderr.write(`duet: ${error instanceof Error ? error.stack : String(error)}\n`);
    await stopAllProcesses();
    process.exit(1);
  },
);
