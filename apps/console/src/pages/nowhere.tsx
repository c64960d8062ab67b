import { Link } from 'wouter';
import { EmptyState } from '../shared/empty-state';

/** There is no such page. */
export function NowherePage() {
  return (
    <EmptyState whole title="There is no such page">
      <Link href="/">To the overview</Link>
    </EmptyState>
  );
}
