import { useEffect, useMemo, useRef } from 'react';
import type { SagaDetail } from '../api/types';
import { inHueOf } from '../shared/service-chip';
import { useNow } from '../shared/time';
import { lanesPicture, type Mark, type Point } from './lanes';
import './saga.css';

/** The pictures' first mark stands right of this, in px. */
const namesWidth = 100;

/** A saga as its services lived it: time left to right, a lane for each. */
export function Lanes({ saga }: { readonly saga: SagaDetail }) {
  const now = useNow();
  const { width, height, lanes, marks, folds, ticks } = useMemo(() => lanesPicture(saga, now), [saga, now]);
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(saga.endedAt === undefined);
  // Who looks at the latest goes on doing so; who has scrolled back is left there.
  useEffect(() => {
    if (atEnd.current && box.current) box.current.scrollLeft = box.current.scrollWidth;
  }, [width]);
  return (
    <figure className="lanes">
      {/* The names stay where they are while the times are scrolled. */}
      <svg className="lane-names" width={namesWidth} height={height} aria-hidden="true">
        {lanes.map(({ service, y }) => (
          <text key={service} style={inHueOf(service)} className="lane-name" x={8} y={y + 4}>
            {service}
          </text>
        ))}
      </svg>
      <div
        ref={box}
        className="lanes-box"
        tabIndex={0}
        role="region"
        aria-label="Lanes"
        onScroll={({ currentTarget: { scrollLeft, scrollWidth, clientWidth } }) =>
          (atEnd.current = scrollLeft + clientWidth > scrollWidth - 8)
        }
      >
        <svg
          width={width - namesWidth}
          height={height}
          viewBox={`${namesWidth} 0 ${width - namesWidth} ${height}`}
          role="img"
          aria-label={`${lanes.length} services, ${marks.length} marks; the messages tab has them as a table`}
        >
          {lanes.map(({ service, y }) => (
            <line key={service} className="lane" x1={0} x2={width} y1={y} y2={y} />
          ))}
          {folds.map(({ x, text }) => (
            <g key={x} className="fold">
              <path d={`M${x - 3} 18 V${height - 22} M${x + 3} 18 V${height - 22}`} />
              <text x={x} y={12} textAnchor="middle">
                {text}
              </text>
            </g>
          ))}
          {ticks.map(({ x, text }) => (
            <text key={x} className="tick" x={x} y={height - 6} textAnchor="middle">
              {text}
            </text>
          ))}
          {marks.map((mark) => (
            <Ways key={mark.key} mark={mark} />
          ))}
          {marks.map((mark) => (
            <MarkShape key={mark.key} mark={mark} />
          ))}
        </svg>
      </div>
      <figcaption className="quiet">
        ■ command, ● event, <span className="undo">┄◯ undo, tied to what it takes back</span>, <span className="bad">✕ refusal</span>, ◌
        awaited. Numbers below: time since the start.
        {folds.length > 0 && ' Idle times are folded between double lines, with how long they were.'}
      </figcaption>
    </figure>
  );
}

/** From cause to mark, over the sender of a command; and from an undo to what it undoes. */
function Ways({ mark: { from, via, undoes, means, kind, service, ...at } }: { readonly mark: Mark }) {
  return (
    <g style={inHueOf(service)} className={`way way-${means} way-${kind}`}>
      {from && <path d={via ? `${elbow(from, via)} ${elbow(via, at)}` : elbow(from, at)} />}
      {!from && via && <path d={elbow(via, at)} />}
      {via && <circle className="sender" cx={via.x} cy={via.y} r={2.5} />}
      {undoes && (
        <path
          className="tie"
          d={`M${undoes.x} ${undoes.y + 6} Q${(undoes.x + at.x) / 2} ${Math.max(undoes.y, at.y) + 26} ${at.x} ${at.y + 6}`}
        />
      )}
    </g>
  );
}

/** Down or up at the cause's time, then along: as in a musical score. */
const elbow = (from: Point, to: Point): string =>
  from.y === to.y
    ? `M${from.x} ${from.y} H${to.x}`
    : `M${from.x} ${from.y} C${from.x} ${to.y} ${from.x} ${to.y} ${Math.max(from.x + 8, to.x - 8)} ${to.y} H${to.x}`;

function MarkShape({ mark: { kind, means, service, x, y, text, about } }: { readonly mark: Mark }) {
  return (
    <g style={inHueOf(service)} className={`mark mark-${kind} mark-${means}`}>
      <title>{about}</title>
      <Shape kind={kind} means={means} x={x} y={y} />
      <text x={x + 9} y={y - 5}>
        {text}
      </text>
    </g>
  );
}

function Shape({ kind, means, x, y }: Pick<Mark, 'kind' | 'means' | 'x' | 'y'>) {
  if (kind === 'parked')
    return (
      <>
        <rect x={x - 6} y={y - 6} width={12} height={12} />
        <path d={`M${x} ${y + 2} V${y - 12} M${x - 4} ${y - 12} H${x + 4}`} />
      </>
    );
  if (kind === 'waiting') return <circle cx={x} cy={y} r={6} />;
  if (means === 'refusal')
    return <path className="cross" d={`M${x - 5} ${y - 5} L${x + 5} ${y + 5} M${x + 5} ${y - 5} L${x - 5} ${y + 5}`} />;
  return kind === 'command' ? <rect x={x - 5} y={y - 5} width={10} height={10} /> : <circle cx={x} cy={y} r={5} />;
}
