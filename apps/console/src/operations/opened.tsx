import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { observer, told } from '../api/client';
import { heldIdOf } from '../parked/held-id';
import { HeldOne } from '../parked/held-one';
import { Operations } from '../saga/operations';
import { Problem } from '../shared/problem';
import { ServiceChip } from '../shared/service-chip';
import { shortName } from '../words/names';
import { operationsPath, type OperationsView } from './address';
import { Need } from './need';

/** What is operated: a saga, or a message of it that is held. It stays until something else is chosen, so that what was done can be read. */
export function Opened({ view }: { readonly view: OperationsView }) {
  const { saga, held } = view;
  return (
    <>
      {saga && <OpenedSaga key={saga.process + saga.id} view={view} {...saga} />}
      {held && <HeldOne key={held.service + held.id} {...held} />}
    </>
  );
}

function OpenedSaga({ view, process, id }: { readonly view: OperationsView; readonly process: string; readonly id: string }) {
  const saga = useQuery({
    queryKey: ['saga', process, id],
    queryFn: ({ signal }) => told(observer.GET('/api/sagas/{process}/{id}', { params: { path: { process, id } }, signal })),
    refetchInterval: 2_000,
  });
  if (saga.isError && !saga.data) return <Problem error={saga.error} doing="Looking at the saga" onRetry={() => void saga.refetch()} />;
  if (!saga.data) return <p className="quiet">Looking …</p>;
  const { state, concerns, ifCancelled, parked, notUndone, endedAt } = saga.data;
  return (
    <section className="box stack" aria-label="What is operated">
      <div>
        <Need saga={saga.data} states={[state, ...concerns]}>
          <Link href={operationsPath({ show: 'journal', of: id })}>what people did to it</Link>
        </Need>
      </div>
      {notUndone.length > 0 && <p className="undo">Done and not undone: {notUndone.map(shortName).join(', ')}</p>}
      {!endedAt && <p className="quiet">If cancelled now: {ifCancelled.text}</p>}
      <Operations saga={saga.data} />
      {parked.length > 0 && (
        <ul className="plain-groups">
          {parked.map(({ service, command, messageId, role, reason }) => (
            <li key={messageId + command}>
              {shortName(command)} is parked at <ServiceChip service={service} />: {reason.text}{' '}
              <Link href={operationsPath({ ...view, held: { service, id: heldIdOf({ messageId, command, role }) } })}>
                redrive, settle or drop it
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
