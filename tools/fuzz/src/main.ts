import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { stopAllProcesses } from '@duet/testbed';
import { fuzz, type Plan } from './fuzz';
import { tellResult } from './result';

/** What fuzz.mjs has prepared; `json`: where the result is written, too. */
interface Request {
  readonly plan: Plan;
  readonly json?: string;
}

async function main({ plan, json }: Request): Promise<number> {
  const began = Date.now();
  const say = (text: string): void =>
    void process.stderr.write(`duet: ${((Date.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);
  const result = await fuzz(plan, say);
  process.stdout.write(`\n${tellResult(result)}`);
  if (json !== undefined) {
    await mkdir(dirname(resolve(json)), { recursive: true });
    await writeFile(json, `${JSON.stringify(result, null, 2)}\n`);
  }
  return result.findings.length > 0 ? 1 : 0;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stopAllProcesses().then(() => process.exit(130)));
main(JSON.parse(process.argv[3] ?? '{}') as Request).then(
  (code) => process.exit(code),
  async (error: unknown) => {
    process.stderr.write(`duet: ${error instanceof Error ? error.stack : String(error)}\n`);
    await stopAllProcesses();
    process.exit(1);
  },
);
