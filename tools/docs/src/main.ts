import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { staleIn } from './documents';

/** Run by docs.mjs: `<top of the repository> write` or `… check`. */
async function main([folder = '', task]: readonly string[]): Promise<boolean> {
  const stale = await staleIn(folder);
  for (const { file, text, difference } of stale) {
    if (task === 'check') process.stdout.write(`${file} is stale: run npm run docs\n${difference}\n`);
    else {
      await mkdir(dirname(resolve(folder, file)), { recursive: true });
      await writeFile(resolve(folder, file), text);
      process.stdout.write(`${file} written\n`);
    }
  }
  if (stale.length === 0) process.stdout.write('every page is as the code says\n');
  return task !== 'check' || stale.length === 0;
}

main(process.argv.slice(2)).then(
  (right) => (process.exitCode = right ? 0 : 1),
  (error: unknown) => {
    process.stderr.write(`duet: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
  },
);
