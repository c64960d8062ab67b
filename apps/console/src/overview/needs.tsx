import { Link } from 'wouter';
import type { OverviewView, SagaRow } from '../api/types';
import { ServiceChip } from '../shared/service-chip';
import { StateMark } from '../shared/state-mark';
import { StyleMark } from '../shared/style-mark';
import { Since } from '../shared/time';
import { durationText } from '../words/duration';
import { sagaPath, shortId } from '../words/names';

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
              <Need saga={saga} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Need({ saga }: { readonly saga: SagaRow }) {
  const { process, id, style, concerns, waiting, text } = saga;
  const at = waiting?.since ?? saga.lastAt;
  return (
    <>
      <div className="row">
        {concerns.map((concern) => (
          <StateMark key={concern} state={concern} />
        ))}
        <StyleMark style={style} short />
        <Link href={sagaPath(process, id)}>
          {process} <span className="mono">{shortId(id)}</span>
        </Link>
        <strong>
          <Since at={at} />
        </strong>
        {concerns.some((concern) => concern === 'parked' || concern === 'undo-failed') && <Link href="/parked">redrive, settle, drop</Link>}
      </div>
      <div className="quiet">
        {waiting ? (
          <>
            waiting for <ServiceChip service={waiting.service} />
            {waiting.usuallyMs !== undefined && ` (usually ${durationText(waiting.usuallyMs)})`}
          </>
        ) : (
          text
        )}
      </div>
    </>
  );
}
