import { markdown } from './markdown.mjs';

/** Something that is not as it must be. */
export interface Finding {
  /** The number of the thing that did it, where it was one. */
  readonly n: number | null;
  readonly text: string;
  /** What was thrown, escaped. */
  readonly bytes: string | null;
}

/** What a run came to: the file that it writes. */
export interface Result {
  readonly seed: number;
  readonly seconds: number;
  readonly target: string;
  /** How many messages and requests were thrown. */
  readonly messages: number;
  readonly requests: number;
  /** What came of messages at the owners of their topics, by reason; `taken`: it was right after all. Those on topics of events are not in it. */
  readonly reasons: Readonly<Record<string, number>>;
  /** What requests were answered with, by status; `closed`: the connection, for it was no request. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly orders: { readonly accepted: number; readonly ended: number };
  /** By service, in MiB: after the first round, and at the end. */
  readonly memory: Readonly<Record<string, { readonly first: number; readonly last: number }>>;
  readonly findings: readonly Finding[];
}

/** The table for people, and for docs/reliability.md. */
export function tellResult(result: Result): string {
  const { seed, messages, requests, reasons, statuses, orders, memory, findings } = result;
  const rows = (kind: string, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .sort(([, one], [, other]) => other - one)
      .map(([what, count]) => [kind, what, String(count)]);
  const table = markdown(
    ['thrown at', 'what came of it', 'times'],
    [...rows('a topic of commands', reasons), ...rows('a route', statuses)],
  );
  const grown = Object.entries(memory).map(([service, { first, last }]) => `${service} ${first} → ${last}`);
  const told = [
    `Seed ${seed}: ${messages} messages and ${requests} requests thrown; ${orders.accepted} orders accepted, ${orders.ended} ended; ${findings.length} findings.`,
    `Memory in MiB, after the first round and at the end: ${grown.join(', ')}.`,
    ...findings.map(
      ({ n, text, bytes }) => `${n === null ? '' : `Thing ${n} of seed ${seed} `}${text}${bytes === null ? '' : `\n  ${bytes}`}`,
    ),
  ];
  return `${table}\n${told.join('\n')}\n`;
}
