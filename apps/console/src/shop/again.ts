import type { SagaDetail } from '../api/types';

/** How long a saga is looked at closely after its end, for what stands beside the process and comes late. */
const lateMs = 5_000;
const [closelyMs, nowAndThenMs] = [400, 15_000] as const;

/** How soon to ask again for a saga that may not be known yet. */
export const askAgainMs = (saga: Pick<SagaDetail, 'endedAt'> | null | undefined, now = Date.now()): number =>
  saga?.endedAt !== undefined && now - Date.parse(saga.endedAt) > lateMs ? nowAndThenMs : closelyMs;
