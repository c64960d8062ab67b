import { type SagaRef, sagaKey } from './call';

/** A saga that this process has met is not in the table any more. The unit is run again, and meets it anew. */
export class MetInVain extends Error {
  override readonly name = 'MetInVain';
  /** As PostgreSQL says it of a transaction that is to be run again. */
  readonly code = '40001';
  constructor() {
    super('a saga that this process had met has been removed from the database meanwhile');
  }
}

/** Sagas whose row this process has seen committed lately, so that it need not be inserted to be there. Only a saving: forgetting one costs an insert that does nothing. */
export class Met {
  private recent = new Set<string>();
  private before = new Set<string>();

  /** `atMost`: in each of two generations, the older of which is forgotten as a whole. */
  constructor(private readonly atMost = 10_000) {}

  has(ref: SagaRef): boolean {
    const key = sagaKey(ref);
    return this.recent.has(key) || this.before.has(key);
  }

  /** A unit with these sagas has been committed. */
  add(refs: Iterable<SagaRef>): void {
    for (const ref of refs) this.recent.add(sagaKey(ref));
    if (this.recent.size < this.atMost) return;
    this.before = this.recent;
    this.recent = new Set();
  }

  forgetAll(): void {
    this.recent.clear();
    this.before.clear();
  }
}
