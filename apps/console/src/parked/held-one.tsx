import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { actor, heldAt, sent } from '../api/client';
import type { HeldOneView, OperatedView } from '../api/types';
import { ConfirmAction } from '../shared/confirm-action';
import { CopyId } from '../shared/copy-id';
import { Problem } from '../shared/problem';
import { ServiceChip } from '../shared/service-chip';
import { StateMark } from '../shared/state-mark';
import { Since, Time } from '../shared/time';
import { counted, sagaPath, shortName, withCode } from '../words/names';

/** One held message with everything that is known of it, and what can be done about it. */
export function HeldOne({ service, id }: { readonly service: string; readonly id: string }) {
  const held = useQuery({
    queryKey: ['held', service, id],
    queryFn: ({ signal }) => sent(heldAt(service).GET('/held/{id}', { params: { path: { id } }, signal })),
    refetchInterval: 5_000,
  });
  const { data } = held;
  // What was done about it is told by what did it; that nothing is held any more is no fault then.
  if (held.isError && !data) return <Problem error={held.error} doing="Looking at the message" onRetry={() => void held.refetch()} />;
  if (!data) return <p className="quiet">Looking …</p>;
  return (
    <article className="box stack" aria-labelledby="held-one">
      <div className="row">
        <h2 id="held-one">{data.task === '' ? 'a message that nobody can read' : shortName(data.task)}</h2> at{' '}
        <ServiceChip service={service} />
        <StateMark state={data.state} />
        <span className="quiet">
          since <Since at={data.heldAt} />, tried {counted(data.attempts, 'time')}; its step: {data.step}
        </span>
      </div>
      {held.isError && <p className="box box-good">It is not held any more: it went on, or was given up.</p>}
      {data.reason && <p className="bad">{withCode(data.reason)}</p>}
      <Operations service={service} id={id} held={data} />
      <Lineage held={data} />
      <details open>
        <summary>Its data ({data.bytes} bytes)</summary>
        <pre className="body">{bytesText(data.value)}</pre>
      </details>
      <details>
        <summary>Its headers ({Object.keys(data.headers).length})</summary>
        <table>
          <tbody>
            {Object.entries(data.headers).map(([name, value]) => (
              <tr key={name}>
                <td>
                  <code>{name}</code>
                </td>
                <td className="grow">
                  <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      {data.operations.length > 0 && (
        <ul>
          {data.operations.map(({ did, actor: who, note, at }) => (
            <li key={at + did}>
              <Time at={at} />: {who} did {did}
              {note && `: ${note}`}
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

function Lineage({ held: { lineage, process, saga, messageId, topic } }: { readonly held: HeldOneView }) {
  const { source, time, cause, hop, style } = lineage;
  return (
    <p className="quiet">
      {messageId && (
        <>
          message <CopyId id={messageId} />{' '}
        </>
      )}
      from {source?.slice(1) ?? 'an unknown sender'}
      {time && (
        <>
          {' '}
          at <Time at={time} precise />
        </>
      )}
      , topic {topic}
      {style && `, ${style}`}
      {hop && `, hop ${hop}`}
      {cause && (
        <>
          , because of <CopyId id={cause} />
        </>
      )}
      {process && saga && (
        <>
          {' '}
          · <Link href={sagaPath(process, saga)}>its saga</Link>
        </>
      )}
    </p>
  );
}

function Operations({ service, id, held }: { readonly service: string; readonly id: string; readonly held: HeldOneView }) {
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const [body, setBody] = useState('{}');
  const name = held.task === '' ? 'what nobody can read' : shortName(held.task);
  const asked = { path: { id }, header: { 'X-Actor': actor } };
  const at = heldAt(service);
  const again = (): void => void queries.invalidateQueries({ queryKey: ['parked'] });
  const noted = (
    <label className="stack">
      Why (it is kept with what was done)
      <textarea rows={2} value={note} onChange={(event) => setNote(event.target.value)} />
    </label>
  );
  const shared = { told, onDone: again };
  return (
    <div className="row">
      <ConfirmAction
        {...shared}
        name="Redrive"
        preview={`${service} tries ${name} again now. If it works, its saga goes on, and what waits behind it, in order. If it fails again, it stays here.`}
        act={() => sent(at.POST('/held/{id}/redrive', { params: asked }))}
      />
      <ConfirmAction
        {...shared}
        name="Settle"
        ready={note.trim() !== '' && isObject(body)}
        preview={
          <>
            <p>
              You have done {name} by hand. Its success is told as if {service} had done it, and its saga goes on.
            </p>
            <label className="stack">
              What came of it: the outcome’s data, as JSON
              <textarea rows={5} className="mono" value={body} onChange={(event) => setBody(event.target.value)} />
            </label>
            {noted}
          </>
        }
        act={() => sent(at.POST('/held/{id}/settle', { params: asked, body: { body: JSON.parse(body) as Record<string, never>, note } }))}
      />
      <ConfirmAction
        {...shared}
        name="Drop"
        danger
        ready={note.trim() !== '' && held.step !== 'calling'}
        preview={
          <>
            {held.step === 'calling' && (
              <p className="bad">
                Not now: its outside call was made, and whether it worked is not known. Redrive it, settle it with what the outside world
                says, or cancel its saga.
              </p>
            )}
            <p>
              {name} is given up for good. An action is refused, and its saga turns back; what was merely heard, or what nobody can read,
              has no consequence any more. An undo cannot be dropped.
            </p>
            {noted}
          </>
        }
        act={() => sent(at.POST('/held/{id}/drop', { params: asked, body: { note } }))}
      />
    </div>
  );
}

const told = ({ state, text, outcome }: OperatedView) => (
  <>
    <StateMark state={state} /> {text}
    {outcome && <span className="quiet"> (told: {outcome.type})</span>}
  </>
);

function isObject(json: string): boolean {
  try {
    const data: unknown = JSON.parse(json);
    return typeof data === 'object' && data !== null && !Array.isArray(data);
  } catch {
    return false;
  }
}

/** JSON is laid out; other text as it is; other bytes in base64. */
function bytesText(value: HeldOneView['value']): string {
  if (!value) return 'no value';
  if (typeof value.text !== 'string') return `base64: ${value.base64 ?? ''}`;
  try {
    return JSON.stringify(JSON.parse(value.text), null, 2);
  } catch {
    return value.text;
  }
}
