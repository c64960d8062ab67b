import type { Dossier, SentRecord } from '../dossier';
import type { Rule } from '../rule';
import { eachRuntime } from './ends';

/** P5: per saga, what a service says goes out in the order of its commits, without gaps, and all of it does. */
export const outbox: readonly Rule[] = [
  {
    code: 'P5-numbers',
    says: 'a saga’s outgoing messages are numbered without a gap, up to the number that its locked row counts (what is older than anything is kept for certain may be pruned)',
    reads: 'each service: `duet.outbox`, `duet.saga`',
    shows: 'the numbers that are there, and the next one',
    holds: 'always',
    judges: [],
    check({ order, runtime }, say, { keptSince }) {
      eachRuntime(runtime, (service, { outbox: sent, nextSeq }) => {
        const [first] = sent;
        if ((!first && nextSeq === undefined) || (first ? first.createdAt : startOf(order)) <= keptSince) return;
        const from = first?.seq ?? 1;
        if (sent.some(({ seq }, n) => seq !== from + n) || nextSeq !== from + sent.length)
          say(
            `the messages of ${service} have the numbers ${sent.map(({ seq }) => seq).join(', ') || 'none'}; the next one is ${nextSeq ?? 'not counted'}`,
          );
      });
    },
  },
  {
    code: 'P5-times',
    says: 'the order of the numbers is the order in which the messages were committed',
    reads: 'each service: `duet.outbox` (`created_at` is taken under the saga’s lock, by the database’s clock)',
    shows: 'the two messages and their times',
    holds: 'always',
    judges: [],
    check({ runtime }, say) {
      eachRuntime(runtime, (service, { outbox: sent }) => {
        for (let n = 1; n < sent.length; n++) {
          const [before, after] = [sent[n - 1], sent[n]];
          if (before && after && after.createdAt < before.createdAt)
            say(`${service} wrote ${named(after)} at ${time(after.createdAt)}, before ${named(before)} at ${time(before.createdAt)}`);
        }
      });
    },
  },
  {
    code: 'P5-once',
    says: 'a message has one number: its id stands in the outbox once',
    reads: 'each service: `duet.outbox`',
    shows: 'the message and its numbers',
    holds: 'always',
    judges: [],
    check({ runtime }, say) {
      eachRuntime(runtime, (service, { outbox: sent }) => {
        const ids = new Map<string, SentRecord>();
        for (const message of sent) {
          const before = ids.get(message.id);
          if (before) say(`${service} says ${named(before)} again as number ${message.seq}`);
          ids.set(message.id, message);
        }
      });
    },
  },
  {
    code: 'P5-sent',
    says: 'what is committed is sent, within a grace',
    reads: 'each service: `duet.outbox`',
    shows: 'the message and since when it waits',
    holds: 'always',
    judges: [],
    check({ runtime }, say, { sentBefore }) {
      eachRuntime(runtime, (service, { outbox: sent }) => {
        for (const message of sent)
          if (!message.sent && message.createdAt < sentBefore)
            say(`${service} has not sent ${named(message)} of ${time(message.createdAt)}`);
      });
    },
  },
];

const named = ({ type, seq, id }: SentRecord): string => `${type} (number ${seq}, id ${id})`;

const time = (microsecondsSince1970: number): string => new Date(microsecondsSince1970 / 1_000).toISOString();

/** When a saga began, in microseconds since 1970; never, as far as anybody knows, where there is no order. */
const startOf = (order: Dossier['order']): number => (order ? Date.parse(order.placedAt) * 1_000 : -Infinity);
