import type { Style } from '../api/types';

const marks = {
  choreography: { letter: 'C', shape: <circle cx="8" cy="8" r="7" /> },
  orchestration: { letter: 'O', shape: <rect x="1" y="1" width="14" height="14" rx="1" /> },
  hybrid: { letter: 'H', shape: <path d="M8 1 A7 7 0 0 0 8 15 L15 15 L15 1 Z" /> },
} as const satisfies Record<Style, { letter: string; shape: unknown }>;

/** A style by its letter and its shape (round, square, half of each), with its name unless it is told beside it. */
export function StyleMark({ style, short = false }: { readonly style: Style; readonly short?: boolean }) {
  const { letter, shape } = marks[style];
  return (
    <span className="style-mark">
      <svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth="1.2" role="img" aria-label={style}>
        {shape}
        <text x="8" y="11.4" textAnchor="middle" fontSize="9.5" fontWeight="600" fill="currentColor" stroke="none">
          {letter}
        </text>
      </svg>
      {!short && <span aria-hidden="true">{style}</span>}
    </span>
  );
}
