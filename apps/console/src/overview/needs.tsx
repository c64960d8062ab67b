import { Link } from 'wouter';
import type { OverviewView } from '../api/types';
import { operationsPath } from '../operations/address';
import { Need } from '../operations/need';
import { shortId } from '../words/names';
import '../operations/operations.css';

/** What is stuck, on whom it waits, and where to do something about it. */
export function Needs({ needs, now }: Pick<OverviewView, 'needs' | 'now'>) {
  const all = now.stalled + now.loop + now.undoIncomplete + now.undoFailed + now.parked;
  return (
    <section aria-labelledby="needs">
      <h2 id="needs">Needs a person{needs.length > 0 && ` (${needs.length < 20 ? needs.length : Math.max(20, all)})`}</h2>
      {needs.length === 0 ? (
        <p className="good">✓ Nothing. Whatever is open goes on by itself.</p>
      ) : (
        <ul className="needs">
          {needs.map((saga) => (
            <li key={saga.process + saga.id}>
              <Need saga={saga} states={saga.concerns}>
                <Link href={operationsPath({ saga })}>
                  operate<span className="visually-hidden"> {shortId(saga.id)}</span>
                </Link>
              </Need>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
