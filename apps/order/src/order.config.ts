import { participantFields } from '@duet/participant';
import { env } from '@duet/platform';

export const fields = {
  ...participantFields('order', 3000),
  /** How long a choreographed order may take before the order service asks for it to be cancelled, in milliseconds. */
  deadlineMs: env.duration('ORDER_DEADLINE', { default: 600_000, from: '100ms', to: '30d' }),
};
