import { type Dossier, emptyDossier } from './dossier';

/** What one source has to add about an order. */
export type Entry = readonly [id: string, enter: (dossier: Dossier) => void];

/** Something that tells of orders in the order of their ids, some at a time; none at the end. */
export interface Source {
  next(): Promise<readonly Entry[]>;
}

/** Goes through all sources at once: every order that stands in any of them, once, with all that they say. `work` is given a batch at a time. */
export async function merge(sources: readonly Source[], work: (batch: readonly Dossier[]) => void): Promise<void> {
  const heads = await Promise.all(sources.map(async (source) => ({ source, entries: await source.next(), at: 0 })));
  for (;;) {
    const open = heads.filter(({ entries }) => entries.length > 0);
    if (open.length === 0) return;
    const batch: Dossier[] = [];
    // As long as each of them has one to compare.
    while (open.every(({ entries, at }) => at < entries.length)) {
      let id = open[0]?.entries[open[0].at]?.[0] ?? '';
      for (const { entries, at } of open) {
        const other = entries[at]?.[0] ?? '';
        if (other < id) id = other;
      }
      const dossier = emptyDossier(id);
      for (const head of open) {
        const entry = head.entries[head.at];
        if (entry?.[0] !== id) continue;
        entry[1](dossier);
        head.at++;
      }
      batch.push(dossier);
    }
    work(batch);
    for (const head of open) {
      if (head.at < head.entries.length) continue;
      head.entries = await head.source.next();
      head.at = 0;
    }
  }
}
