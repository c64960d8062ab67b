import type { ReactNode } from 'react';

interface EmptyStateProps {
  readonly title: string;
  readonly children?: ReactNode;
  /** It is all that the page shows: its title is the page's. */
  readonly whole?: boolean;
}

/** Nothing is there: says so, and what to do about it. */
export function EmptyState({ title, children, whole = false }: EmptyStateProps) {
  return (
    <div className="empty stack">
      {whole ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
    </div>
  );
}
