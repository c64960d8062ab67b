import type { ReactNode } from 'react';

/** Nothing is there: says so, and what to do about it. */
export function EmptyState({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="empty stack">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
