import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { stopAllProcesses } from '@duet/testbed';
import { nemesis, type Plan } from './nemesis';
import { exitCode, type Result, tellResults } from './result';

/** What faults.mjs has prepared; `json`: where the result is written, too; `table`: files of earlier runs, which are told together instead. */
interface Request {
  readonly plan: Plan;
  readonly json?: string;
  readonly table?: readonly string[];
}

async function main({ plan, json, table }: Request): Promise<number> {
  if (table) {
    const results = await Promise.all(table.map(async (file) => JSON.parse(await readFile(file, 'utf8')) as Result));
    process.stdout.write(tellResults(...results));
    return exitCode(...results);
  }
  const began = Date.now();
  const say = (text: string): void =>
    void process.stderr.write(`duet: ${((Date.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);
  const result = await nemesis(plan, say);
  process.stdout.write(`\n${tellResults(result)}`);
  if (json !== undefined) {
    await mkdir(dirname(resolve(json)), { recursive: true });
    await writeFile(json, `${JSON.stringify(result, null, 2)}\n`);
  }
  return exitCode(result);
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
