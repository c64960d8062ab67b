import { participantFields } from '@duet/participant';
import { env } from '@duet/platform';

export const fields = {
  ...participantFields('payment', 3002),
  /** Where the payment provider is; `inline` for one inside the process, with the same rules and no network. */
  providerUrl: env.string('PROVIDER_URL', {
    matching: /^(inline|https?:\/\/\S+)$/,
    expected: 'a URL that begins with http:// or https://, or inline',
    default: 'http://127.0.0.1:3090',
  }),
  /** How long the provider may take to answer, in milliseconds. */
  providerTimeoutMs: env.duration('PROVIDER_TIMEOUT', { default: 30_000 }),
};
