import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, requireFreeSpace, rotate, tailOf, writeJson } from './files.mjs';
import { scratch } from './scratch.fixture';

it('a full disk is refused with how much is free, how much is wanted, and what to do', async () => {
  const folder = await scratch();
  await expect(requireFreeSpace(folder, { DUET_MIN_FREE_MIB: String(2 ** 40) })).rejects.toMatchObject({
    code: 'disk-full',
    message: expect.stringMatching(
      /^Only \d+ MiB are free on the disk of .*, and 1099511627776 MiB are wanted: free some space, or set DUET_MIN_FREE_MIB lower\.$/,
    ) as string,
  });
  await expect(requireFreeSpace(folder, { DUET_MIN_FREE_MIB: '0' })).resolves.toBeUndefined();
  await expect(requireFreeSpace(folder, { DUET_MIN_FREE_MIB: 'much' })).rejects.toMatchObject({ code: 'wrong-setting' });
});

it('a JSON file is written whole, and a torn one counts as absent', async () => {
  const folder = await scratch();
  const path = join(folder, 'deep', 'state.json');
  await writeJson(path, { pid: 1 });
  await expect(readJson(path)).resolves.toEqual({ pid: 1 });
  await expect(readdir(join(folder, 'deep'))).resolves.toEqual(['state.json']);
  await writeFile(path, '{"pid":');
  await expect(readJson(path)).resolves.toBeUndefined();
  await expect(readJson(join(folder, 'none.json'))).resolves.toBeUndefined();
});

it('the log of the run before is kept', async () => {
  const path = join(await scratch(), 'kafka.log');
  await rotate(path);
  await writeFile(path, 'one\ntwo\nthree\n');
  await expect(tailOf(path, 2)).resolves.toBe('two\nthree');
  await rotate(path);
  await expect(readFile(`${path}.previous`, 'utf8')).resolves.toBe('one\ntwo\nthree\n');
  await expect(tailOf(path)).resolves.toBe('');
});
