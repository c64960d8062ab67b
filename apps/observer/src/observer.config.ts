import { resolve } from 'node:path';
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
  /** Where the built console is: beside the observer's own bundle, unless told otherwise. It may be missing. */
  console: env.string('CONSOLE_DIR', { default: resolve(__dirname, '../console') }),
  /** Where the services' own REST is, for what the console asks of them: the usual ports, unless told otherwise. */
  services: env.list('SERVICES', {
    matching: /^[a-z][a-z0-9-]*=https?:\/\/[^\s/]+\/?$/,
    expected: 'name=address of the services whose REST is passed on, like order=http://127.0.0.1:3000, divided by commas',
    default: [
      'order=3000',
      'inventory=3001',
      'payment=3002',
      'shipping=3003',
      'notification=3004',
      'analytics=3005',
      'orchestrator=3006',
    ].map((usual) => usual.replace('=', '=http://127.0.0.1:')),
  }),
};
