import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { differenceOf } from './difference';
import { documents, staleIn } from './documents';

const repository = resolve(__dirname, '../../..');

describe('the pages that are made from the code', () => {
  test('are as the code says', async () => {
    const stale = await staleIn(repository);
    expect(stale.map(({ file, difference }) => `${file} is stale: run npm run docs\n${difference}`).join('\n')).toBe('');
  });

  test('there is one for each process that is led', () => {
    expect(documents().map(({ file }) => file)).toEqual(['docs/processes/place-order.md']);
  });

  test('a page that is missing or was changed by hand is stale, and what would change is told', async () => {
    const folder = await mkdtemp(resolve(tmpdir(), 'duet-docs-'));
    try {
      const page = { file: 'docs/a.md', text: 'one\ntwo\nthree\n' };
      expect(await staleIn(folder, [page])).toHaveLength(1);
      await mkdir(dirname(resolve(folder, page.file)));
      await writeFile(resolve(folder, page.file), 'one\n2\nthree\n');
      expect(await staleIn(folder, [page])).toEqual([{ ...page, difference: '@@ -1 +1 @@\n one\n-2\n+two\n three\n ' }]);
      await writeFile(resolve(folder, page.file), page.text);
      expect(await staleIn(folder, [page])).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a difference', () => {
  test('of equal texts is none', () => expect(differenceOf('a\n', 'a\n')).toBe(''));
  test('has two lines around it', () => {
    expect(differenceOf('a\nb\nc\nd\ne\nf', 'a\nb\nc\nX\ne\nf')).toBe('@@ -2 +2 @@\n b\n c\n-d\n+X\n e\n f');
  });
  test('may be what is added only, or taken away', () => {
    expect(differenceOf('a\nb', 'a\nnew\nb')).toBe('@@ -1 +1 @@\n a\n+new\n b');
    expect(differenceOf('a\na\nb', 'a\nb')).toBe('@@ -1 +1 @@\n a\n-a\n b');
  });
  test('is short, however long the text', () => {
    const many = Array.from({ length: 500 }, (_, n) => `line ${n}`).join('\n');
    expect(differenceOf('', many).split('\n').length).toBeLessThan(20);
    expect(differenceOf('', many)).toContain('+… 488 more lines');
  });
});
