import type { HeldOperationView, LedOperationView, OrderOperationView } from '../api/types';

/** Something that a person did. */
export interface Did {
  readonly at: string;
  readonly actor: string;
  /** Where it is noted. */
  readonly service: string;
  /** In a word or two: `redrive`, `done by hand`. */
  readonly did: string;
  /** The command that it was about, where there is one. */
  readonly about: string | undefined;
  readonly process: string | undefined;
  readonly saga: string | undefined;
  /** What they said about it. */
  readonly note: string | undefined;
  /** What has become of it by now, in words. */
  readonly cameTo: string;
  readonly tone: 'good' | 'bad' | 'undo' | 'quiet';
}

/** What stands in one book, as far as it was asked for: the latest first. */
export interface Part {
  /** The book's name. */
  readonly book: string;
  readonly items: readonly Did[];
  /** Where the rest begins; undefined where that was all. */
  readonly next: string | undefined;
}

const words: Readonly<Record<string, string>> = { retry: 'retry now', done: 'done by hand' };

const tones: Readonly<Record<string, Did['tone']>> = {
  ...{ done: 'good', completed: 'good', confirmed: 'good' },
  ...{ parked: 'bad', retrying: 'bad', refused: 'bad', compensation_failed: 'bad' },
  ...{ undone: 'undo', compensated: 'undo', compensating: 'undo', rejected: 'undo', cancelled: 'undo' },
};
const toneOf = (state: string): Did['tone'] => tones[state] ?? 'quiet';

/** What was done about a held message. */
export const didToHeld = (service: string, { at, actor, did, task, process, saga, note, state, reason }: HeldOperationView): Did => ({
  ...{ at, actor, service, did },
  about: task === '' ? undefined : task,
  ...{ process: process ?? undefined, saga: saga ?? undefined, note: note ?? undefined },
  cameTo: heldWords(state, reason ?? undefined),
  tone: toneOf(state),
});

function heldWords(state: HeldOperationView['state'], reason: string | undefined): string {
  const because = reason === undefined ? '' : `: ${reason}`;
  if (state === 'parked') return `failed again${because}`;
  if (state === 'retrying') return `failed again, is tried again by itself${because}`;
  return { calling: 'is under way', waiting: 'waits behind others of its saga', dropped: 'given up' }[state as string] ?? state;
}

/** What was done to a saga that is led. */
export function didToLed(service: string, { at, actor, did, command, process, saga, sent, refused, status, input }: LedOperationView): Did {
  const note: unknown = (input as { note?: unknown }).note;
  const asked = (sent as readonly { readonly command: string }[]).map(({ command: name }) => name);
  const stands = `now ${status.replace('_', ' ')}`;
  return {
    ...{ at, actor: actor ?? '', service, did: words[did] ?? did, process, saga },
    // What else was asked for followed from the decision.
    about: command ?? (did === 'retry' && asked.length === 1 ? asked[0] : undefined),
    note: typeof note === 'string' ? note : undefined,
    cameTo: refused ? `refused: ${refused.text}` : stands,
    tone: refused ? 'bad' : toneOf(status),
  };
}

/** What was asked of an order that nobody leads. */
export const didToOrder = (service: string, process: string, { at, actor, did, orderId, status }: OrderOperationView): Did => ({
  ...{ at, actor, service, did, about: undefined, process, saga: orderId, note: undefined },
  cameTo: status === 'confirmed' ? 'too late: it is confirmed' : status === 'placed' ? 'asked for' : `now ${status}`,
  tone: toneOf(status),
});

/** Several books as one journal, the latest first. What is older than what some book has still to tell waits for that. */
export function journalOf(rounds: readonly (readonly Part[])[]): Did[] {
  const last = new Map(rounds.flat().map((part) => [part.book, part]));
  const told = [...last.values()].flatMap(({ next, items }) => (next === undefined ? [] : (items.at(-1)?.at ?? [])));
  const since = told.reduce((a, b) => (a > b ? a : b), '');
  return rounds
    .flatMap((round) => round.flatMap(({ items }) => items))
    .filter(({ at }) => at >= since)
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

/** Where each book goes on in the next round; undefined where all have told everything. */
export function nextRound(round: readonly Part[]): Readonly<Record<string, string>> | undefined {
  const next = round.flatMap(({ book, next: cursor }) => (cursor === undefined ? [] : [[book, cursor] as const]));
  return next.length === 0 ? undefined : Object.fromEntries(next);
}
