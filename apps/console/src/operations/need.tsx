import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { SagaRow } from '../api/types';
import { ServiceChip } from '../shared/service-chip';
import { StateMark } from '../shared/state-mark';
import { StyleMark } from '../shared/style-mark';
import { Since } from '../shared/time';
import { durationText } from '../words/duration';
import { sagaPath, shortId } from '../words/names';

interface NeedProps {
  readonly saga: Pick<SagaRow, 'process' | 'id' | 'style' | 'waiting' | 'lastAt' | 'text'>;
  /** Why it needs somebody. */
  readonly states: readonly string[];
  /** What can be done about it. */
  readonly children: ReactNode;
}

/** A saga that needs somebody: why, since when, on whom it waits, and what can be done about it. */
export function Need({ saga: { process, id, style, waiting, lastAt, text }, states, children }: NeedProps) {
  return (
    <>
      <div className="row">
        {states.map((state) => (
          <StateMark key={state} state={state} />
        ))}
        <StyleMark style={style} short />
        <Link href={sagaPath(process, id)}>
          {process} <span className="mono">{shortId(id)}</span>
        </Link>
        <strong>
          <Since at={waiting?.since ?? lastAt} />
        </strong>
        {children}
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
