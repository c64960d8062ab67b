import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { HeldOneView } from '../api/types';
import { CopyId } from '../shared/copy-id';
import { Problem } from '../shared/problem';
import { ServiceChip } from '../shared/service-chip';
import { StateMark } from '../shared/state-mark';
import { Since, Time } from '../shared/time';
import { counted, sagaPath, shortName, withCode } from '../words/names';
import { heldOne, HeldOperations } from './held-operations';

/** One held message with everything that is known of it, and what can be done about it. */
export function HeldOne({ service, id }: { readonly service: string; readonly id: string }) {
  const held = useQuery({ ...heldOne(service, id), refetchInterval: 5_000 });
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
      <HeldOperations service={service} id={id} held={data} />
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
