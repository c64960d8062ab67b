import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Database, DatabaseOptions } from '@duet/participant';
import type { Violation } from './audit';
import type { Fault } from './options.mjs';
import type { Postgres } from './postgres.store';
import { ServiceDatabase, type Twin } from './services';

/** A bug, and what it takes to be seen. */
export interface Planted {
  readonly twin: Twin;
  readonly faults: readonly Fault[];
  /** A promise that it breaks, whatever else it breaks. */
  readonly breaks: Violation['promise'];
  /** It is found within so many seeds, from the first. */
  readonly within: number;
}

/** A statement with something else in it. */
const rewritten =
  (before: string | RegExp, after: string): NonNullable<Twin['sql']> =>
  (text) =>
    text.replace(before, after);

/** Tells of a commit before it has been carried out: what is sent then may be about something that never happened. */
class HastyDatabase extends ServiceDatabase {
  override connection<R>(work: Parameters<Database['connection']>[0]): Promise<R> {
    return new Promise((resolve, reject) => {
      super
        .connection(async (client) => {
          let late = false;
          const hasty = new Proxy(client, {
            get: (target, name) => {
              const value: unknown = Reflect.get(target, name, target);
              if (name !== 'query' || typeof value !== 'function') return value;
              return (statement: unknown, ...rest: unknown[]): unknown => {
                if (statement !== 'commit') return value.call(target, statement, ...rest);
                late = true;
                return Promise.resolve({ command: 'COMMIT' });
              };
            },
          });
          resolve((await work(hasty)) as R);
          if (!late) return;
          await pause(50);
          await client.query('commit');
        })
        .catch(reject);
    });
  }
}

/** Loses a part of what it has stored whenever it starts, as if that had been kept in memory only. */
const forgetting = (sql: string): NonNullable<Twin['database']> => {
  class ForgetfulDatabase extends ServiceDatabase {
    override async migrate(own: Parameters<Database['migrate']>[0]): Promise<void> {
      await super.migrate(own);
      await this.connection((client) => client.query(sql));
    }
  }
  return (postgres, options) => new ForgetfulDatabase(postgres, options);
};

/** What must be found. */
export const planted: Readonly<Record<string, Planted>> = {
  'sends before its transaction is committed': {
    twin: { database: (postgres: Postgres, options: DatabaseOptions) => new HastyDatabase(postgres, options) },
    faults: ['crash', 'database'],
    breaks: 'P2',
    within: 10,
  },
  'commits offsets before it has handled the messages': {
    twin: {
      broker: (broker) => ({
        ...broker,
        consume: (options) =>
          broker.consume({ ...options, onMessages: async (messages) => void options.onMessages(messages).catch(() => undefined) }),
      }),
    },
    faults: ['crash'],
    breaks: 'P3',
    within: 10,
  },
  'takes what it commits for sent': {
    twin: { sql: rewritten(/(insert into duet\.outbox \([^)]*)\)\s+select \*/, '$1, sent_at) select *, now()') },
    faults: ['lost'],
    breaks: 'P7',
    within: 10,
  },
  'relays the newest first': {
    twin: { sql: rewritten('order by process, saga_id, seq limit', 'order by process, saga_id, seq desc limit') },
    faults: ['lost', 'away'],
    breaks: 'P5',
    within: 10,
  },
  'forgets what steps it has done': {
    twin: { sql: rewritten('steps = excluded.steps', `steps = '{}'`) },
    faults: ['doubled', 'late', 'away'],
    breaks: 'P7',
    within: 10,
  },
  'sends nothing that is older than what it has sent last': {
    twin: {
      sql: rewritten(
        'where sent_at is null and created_at',
        `where sent_at is null and created_at > (select coalesce(max(sent_at), '-infinity') from duet.outbox) and created_at`,
      ),
    },
    faults: ['lost', 'away'],
    breaks: 'P7',
    within: 10,
  },
  'does not record where a crash leaves it that it calls': {
    twin: { database: forgetting(`delete from duet.held where state = 'calling'`) },
    faults: ['crash', 'outside'],
    breaks: 'P1',
    within: 10,
  },
  'loses its timers when it starts again': {
    twin: { database: forgetting('delete from duet.timer') },
    faults: ['crash', 'stopped'],
    breaks: 'P7',
    within: 10,
  },
  'leaves nothing behind of an undo that comes first': {
    twin: {
      sql: rewritten(
        'select * from unnest($1::text[], $2::text[], $3::bigint[], $4::json[], $5::int[], $6::text[])',
        `select process, id, next_seq, (select coalesce(json_object_agg(key, value), '{}') from json_each(steps) where value ->> 0 <> 'tombstone'), held, sender
          from unnest($1::text[], $2::text[], $3::bigint[], $4::json[], $5::int[], $6::text[]) as u (process, id, next_seq, steps, held, sender)`,
      ),
    },
    faults: ['late', 'stalled', 'doubled', 'reordered'],
    breaks: 'P3',
    within: 10,
  },
  'does not ask the provider for a refund': {
    twin: { provider: (provider) => ({ charge: provider.charge.bind(provider), cancel: () => Promise.resolve({ refunded: 0 }) }) },
    faults: [],
    breaks: 'P3',
    within: 10,
  },
  'places an order for each request': {
    twin: { key: (key) => key.slice(0, 24) + randomUUID().slice(24) },
    faults: [],
    breaks: 'P8',
    within: 10,
  },
  'charges with a new key each time': {
    twin: {
      provider: (provider) => {
        let times = 0;
        return {
          charge: (request, signal) => provider.charge({ ...request, key: `${request.key}#${++times}` }, signal),
          cancel: provider.cancel,
        };
      },
    },
    faults: ['outside', 'crash'],
    breaks: 'P2',
    within: 10,
  },
};
