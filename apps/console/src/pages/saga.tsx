import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import { observer, told } from '../api/client';
import { useLive } from '../api/live';
import type { SagaDetail } from '../api/types';
import { useKeys } from '../keys/keys';
import { heldIdOf, heldPath } from '../parked/held-id';
import { Lanes } from '../saga/lanes-figure';
import { LoopBox } from '../saga/loop-box';
import { CancelPreview, Operations } from '../saga/operations';
import { CopyMermaid, Flow, Ledger, Messages, Sequence } from '../saga/tabs';
import { CopyId } from '../shared/copy-id';
import { Problem } from '../shared/problem';
import { ServiceChip } from '../shared/service-chip';
import { StateMark } from '../shared/state-mark';
import { StyleMark } from '../shared/style-mark';
import { Since, Time } from '../shared/time';
import { durationText } from '../words/duration';
import { counted, sagaPath, shortName } from '../words/names';

const tabs = { lanes: Lanes, sequence: Sequence, flow: Flow, messages: Messages, ledger: Ledger };
type Tab = keyof typeof tabs;
const tabNames = Object.keys(tabs) as Tab[];
/** However many messages come at once, the saga is asked for so often at most, in milliseconds. */
const askEveryMs = 250;

/** One saga: where it stands, what it waits for, what was done, what can be done about it. */
export function SagaPage({ process, id }: { readonly process: string; readonly id: string }) {
  const saga = useQuery({
    queryKey: ['saga', process, id],
    queryFn: ({ signal }) => told(observer.GET('/api/sagas/{process}/{id}', { params: { path: { process, id } }, signal })),
    // What is overdue becomes so without any message.
    refetchInterval: ({ state }) => (state.data?.endedAt ? 15_000 : 3_000),
  });
  const line = useFresh(process, id);
  if (saga.data) return <Saga saga={saga.data} isLive={line === 'live'} />;
  return (
    <div className="stack">
      <h1>
        {process} <CopyId id={id} />
      </h1>
      {saga.isError ? (
        <Problem error={saga.error} doing="Looking at the saga" onRetry={() => void saga.refetch()} />
      ) : (
        <p className="quiet">Looking …</p>
      )}
    </div>
  );
}

/** Asks anew when a message of the saga is heard. */
function useFresh(process: string, id: string) {
  const queries = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const ask = (): void => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void queries.invalidateQueries({ queryKey: ['saga', process, id] });
    }, askEveryMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return useLive({ process, id }, { message: ask, reset: ask });
}

function Saga({ saga, isLive }: { readonly saga: SagaDetail; readonly isLive: boolean }) {
  const { process, id, style, version, state, concerns, reason, startedAt, messages, hops, durationMs, customer } = saga;
  const search = new URLSearchParams(useSearch());
  const [, navigate] = useLocation();
  const asked = search.get('tab');
  const tab = tabNames.find((name) => name === asked) ?? 'lanes';
  const pathOf = (name: Tab): string => `${sagaPath(process, id)}${name === 'lanes' ? '' : `?tab=${name}`}`;
  useKeys(
    Object.fromEntries(
      tabNames.map((name, n) => [String(n + 1), { does: `show the ${name}`, run: () => navigate(pathOf(name), { replace: true }) }]),
    ),
  );
  const Shown = tabs[tab];
  return (
    <div className="stack">
      <div className="saga-head">
        <h1>
          {process} <CopyId id={id} />
        </h1>
        <span>
          <StyleMark style={style} />
          {version !== undefined && ` v${version}`}
        </span>
        <StateMark state={state} />
        {concerns.map((concern) => (
          <StateMark key={concern} state={concern} />
        ))}
        <span className="quiet">
          began <Time at={startedAt} /> · {durationText(durationMs)} · {counted(messages, 'message')} · {counted(hops, 'hop')}
          {customer !== undefined && (
            <>
              {' '}
              · <Link href={`/sagas?customer=${encodeURIComponent(customer)}`}>{customer}</Link>
            </>
          )}{' '}
          · {isLive ? 'live' : 'not connected'}
        </span>
      </div>
      <p className="saga-words">
        {saga.waiting ? (
          <>
            waiting for <ServiceChip service={saga.waiting.service} />
            {saga.waiting.command && ` to do ${shortName(saga.waiting.command)}`}, since <Since at={saga.waiting.since} />
            {saga.waiting.usuallyMs !== undefined && <span className="quiet"> (usually {durationText(saga.waiting.usuallyMs)})</span>}
            {saga.waiting.overdue && <strong className="bad"> overdue</strong>}
          </>
        ) : (
          saga.text
        )}
        {reason && !saga.text.includes(reason.code) && <span className="undo"> · turned back: {reason.text}</span>}
      </p>
      {saga.loop && <LoopBox loop={saga.loop} />}
      {saga.notUndone.length > 0 && state !== 'compensating' && (
        <p className="box box-bad">Done and not undone: {saga.notUndone.map(shortName).join(', ')}</p>
      )}
      {saga.parked.map(({ service, command, messageId, role, reason: why, since }) => (
        <p key={messageId + command} className="box box-bad">
          <StateMark state="parked" /> {shortName(command)} at <ServiceChip service={service} /> since <Since at={since} />: {why.text}{' '}
          <Link href={heldPath(service, heldIdOf({ messageId, command, role }))}>redrive, settle or drop it</Link>
        </p>
      ))}
      {!saga.endedAt && (
        <div className="saga-side">
          <div>
            <h2>Remaining</h2>
            <p>
              {saga.remaining.length > 0 ? (
                saga.remaining.map(shortName).join(' → ')
              ) : (
                <span className="quiet">nothing that a manifest speaks of</span>
              )}
            </p>
          </div>
          <div>
            <h2>If cancelled now</h2>
            <CancelPreview saga={saga} />
          </div>
        </div>
      )}
      <Operations saga={saga} />
      <div className="row spread">
        <nav className="tabs" aria-label="Views of the saga">
          {tabNames.map((name) => (
            <Link key={name} href={pathOf(name)} replace aria-current={name === tab ? 'true' : undefined}>
              {name}
            </Link>
          ))}
        </nav>
        <CopyMermaid process={process} id={id} />
      </div>
      <Shown saga={saga} />
    </div>
  );
}
