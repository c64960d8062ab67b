import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { render } from '@duet/saga';
import { declarations } from '@duet/system';
import { differenceOf } from './difference';

/** A page that is made from the code. */
export interface Document {
  /** From the top of the repository. */
  readonly file: string;
  readonly text: string;
}

/** Every page that is made from the code: one for each process that is led. */
export const documents = (): Document[] =>
  [...new Set(declarations.flatMap(({ leads }) => leads.map(({ process }) => process)))].map((process) => ({
    file: `docs/processes/${process}.md`,
    text: render(declarations, process),
  }));

/** A page that is not as the code says. */
export interface Stale extends Document {
  /** What writing it would change, shortened; lines with `-` are there, lines with `+` should be. */
  readonly difference: string;
}

/** The pages below a folder, the top of the repository, that are missing or not as the code says. */
export async function staleIn(folder: string, all: readonly Document[] = documents()): Promise<Stale[]> {
  const found = await Promise.all(
    all.map(async (document): Promise<Stale[]> => {
      const there = await readFile(resolve(folder, document.file), 'utf8').catch(() => '');
      return there === document.text ? [] : [{ ...document, difference: differenceOf(there, document.text) }];
    }),
  );
  return found.flat();
}
