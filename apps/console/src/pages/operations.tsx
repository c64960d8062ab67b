import { useMemo } from 'react';
import { Link, useSearch } from 'wouter';
import { operationsOf, operationsPath, type Show, shows } from '../operations/address';
import { JournalList } from '../operations/journal-list';
import { NeedsList } from '../operations/needs-list';
import { Opened } from '../operations/opened';
import { ResidueList } from '../operations/residue-list';
import '../operations/operations.css';
import '../saga/saga.css';

const names: Readonly<Record<Show, string>> = {
  needs: 'needs somebody now',
  residue: 'done and not undone',
  journal: 'what people did',
};

/** What a person can do, and what people did, over all services. */
export function OperationsPage() {
  const search = useSearch();
  const view = useMemo(() => operationsOf(new URLSearchParams(search)), [search]);
  return (
    <div className="stack">
      <h1>Operations</h1>
      <nav className="tabs" aria-label="Views of the operations">
        {shows.map((show) => (
          <Link key={show} href={operationsPath({ show })} aria-current={view.show === show ? 'true' : undefined}>
            {names[show]}
          </Link>
        ))}
      </nav>
      <Opened view={view} />
      {view.show === 'needs' && <NeedsList view={view} />}
      {view.show === 'residue' && <ResidueList />}
      {view.show === 'journal' && <JournalList view={view} />}
    </div>
  );
}
