import type { Dossier } from './dossier';
import { type Entry, merge, type Source } from './merge';

/** A source that tells of these orders, some at a time. */
function source(kind: 'confirmation' | 'refund', ...batches: readonly (readonly string[])[]): Source {
  const left = batches.map((ids) => ids.map((id): Entry => [id, (dossier) => dossier.mails.push({ kind, messageId: id })]));
  return { next: async () => left.shift() ?? [] };
}

const merged = async (...sources: readonly Source[]): Promise<string[]> => {
  const all: Dossier[] = [];
  await merge(sources, (batch) => all.push(...batch));
  return all.map(({ id, mails }) => `${id}: ${mails.map(({ kind }) => kind).join(', ')}`);
};

describe('going through several books at once', () => {
  it('gives each order once, in the order of the ids, with what all of them say', async () =>
    expect(await merged(source('confirmation', ['a', 'b'], ['d']), source('refund', ['b'], ['c', 'd'], ['e']))).toEqual([
      'a: confirmation',
      'b: confirmation, refund',
      'c: refund',
      'd: confirmation, refund',
      'e: refund',
    ]));
  it('goes on with the others when one of them has ended', async () =>
    expect(await merged(source('confirmation'), source('refund', ['a'], ['b']))).toEqual(['a: refund', 'b: refund']));
  it('gives nothing where there is nothing', async () => expect(await merged(source('confirmation'))).toEqual([]));
});
