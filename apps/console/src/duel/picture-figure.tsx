import type { CSSProperties } from 'react';
import { inHueOf } from '../shared/service-chip';
import { type Box, boxSize, type Picture, type Way } from './picture';

/** What each state of a step is shown by, beside its word. */
const signs: Readonly<Record<string, string>> = {
  ...{ open: '·', waiting: '◌', done: '✓', refused: '✕', void: '∅', undoing: '↶', undone: '↩', parked: '⚲' },
};

interface PictureFigureProps {
  readonly picture: Picture;
  /** What it shows, in words. */
  readonly label: string;
  /** The token moves anew when this changes. */
  readonly step: number;
}

/** The flow of one side, with a token on its way: round for an event, square for a command. */
export function PictureFigure({ picture: { width, height, boxes, links, way, leaderless }, label, step }: PictureFigureProps) {
  return (
    <svg className="duel-picture" viewBox={`0 0 ${width} ${height}`} style={{ maxWidth: width * 1.25 }} role="img" aria-label={label}>
      {leaderless && (
        <text className="duel-nobody" x={leaderless.x} y={leaderless.y + 4} textAnchor="middle">
          nobody leads
        </text>
      )}
      {links.map(([from, to]) => (
        <path key={to.id} className="duel-link" d={`M${from.x + boxSize.width / 2} ${from.y} H${to.x - boxSize.width / 2}`} />
      ))}
      {way?.to.map((to) => (
        <path key={`${step}-${to.id}`} className={`duel-way duel-${way.means}`} d={pathOf(way.from, to)} />
      ))}
      {boxes.map((box) => (
        <g
          key={box.id}
          style={inHueOf(box.service)}
          className={`duel-box duel-state-${box.state ?? 'leader'} ${way?.from === box ? 'duel-speaks' : ''}`}
        >
          <rect x={box.x - boxSize.width / 2} y={box.y - boxSize.height / 2} width={boxSize.width} height={boxSize.height} rx={4} />
          <text className="duel-service" x={box.x} y={box.y - 8} textAnchor="middle">
            {box.service}
          </text>
          <text x={box.x} y={box.y + 4.5} textAnchor="middle">
            {box.name}
          </text>
          <text className="duel-state" x={box.x} y={box.y + 17} textAnchor="middle">
            {box.state && `${signs[box.state] ?? ''} ${box.state}`}
          </text>
        </g>
      ))}
      {way && (way.to.length > 0 ? way.to : [way.from]).map((to) => <Token key={`${step}-${to.id}`} way={way} to={to} />)}
    </svg>
  );
}

/** Where the token of a message comes to rest: beside the box, on the side that it comes from, so far off that it hides no word. */
function edgeOf(box: Box, other: Box): { readonly x: number; readonly y: number } {
  const off = 5;
  if (box === other) return { x: box.x, y: box.y - boxSize.height / 2 - off };
  if (box.y === other.y) return { x: box.x + Math.sign(other.x - box.x) * (boxSize.width / 2 + off), y: box.y };
  return { x: box.x, y: box.y + Math.sign(other.y - box.y) * (boxSize.height / 2 + off) };
}

/** Straight to a neighbour or to another row; over the heads of those between in the same row. */
function pathOf(from: Box, to: Box): string {
  const [a, b] = [edgeOf(from, to), edgeOf(to, from)];
  const isFar = from.y === to.y && Math.abs(from.x - to.x) > 2 * boxSize.width;
  const [top, bow] = [from.y - boxSize.height / 2, from.y - boxSize.height / 2 - 22];
  return isFar ? `M${from.x} ${top} C${from.x} ${bow} ${to.x} ${bow} ${to.x} ${top}` : `M${a.x} ${a.y} L${b.x} ${b.y}`;
}

function Token({ way: { from, kind, means }, to }: { readonly way: Way; readonly to: Box }) {
  const [begin, end] = [edgeOf(from, to), edgeOf(to, from)];
  const style = { '--x0': `${begin.x}px`, '--y0': `${begin.y}px`, '--x1': `${end.x}px`, '--y1': `${end.y}px` } as CSSProperties;
  return (
    <g className={`duel-token duel-${means}`} style={style}>
      {kind === 'command' ? <rect x={-6} y={-6} width={12} height={12} /> : <circle r={6.5} />}
    </g>
  );
}
