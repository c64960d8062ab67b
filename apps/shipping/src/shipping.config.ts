import { participantFields } from '@duet/participant';
import { env } from '@duet/platform';

export const fields = {
  ...participantFields('shipping', 3003),
  /** Where the carriers are; `inline` for ones inside the process, with the same rules and no network. */
  carrierUrl: env.string('CARRIER_URL', {
    matching: /^(inline|https?:\/\/\S+)$/,
    expected: 'a URL that begins with http:// or https://, or inline',
    default: 'http://127.0.0.1:3090',
  }),
  /** How long a carrier may take to answer, in milliseconds. */
  carrierTimeoutMs: env.duration('CARRIER_TIMEOUT', { default: 30_000 }),
};
