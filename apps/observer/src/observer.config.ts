import { witnessFields } from '@duet/participant';
import { env } from '@duet/platform';

export const fields = {
  ...witnessFields('observer', 3010),
  /**
   * How long a saga of which nothing is heard any more is remembered, in milliseconds. Longer than the broker keeps messages: what comes again after it was forgotten would be taken for new.
   */
  sagasKeptMs: env.duration('SAGAS_KEPT', { from: '1m', default: 30 * 86_400_000 }),
  /** How often it is looked for what is old. */
  pruneEveryMs: env.duration('PRUNE_EVERY', { from: '1s', default: 60_000 }),
};
