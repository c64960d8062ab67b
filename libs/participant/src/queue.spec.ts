import { context, decode, encode, type ReceivedMessage } from '@duet/message';
import { service } from '@duet/saga';
import { IsString } from 'class-validator';
import { NotRetryable } from './errors';
import { arrived, backoff, keep, type QueueSettings, queueOf } from './queue';
import type { HeldRow } from './held.rows.store';
import type { LockedSaga } from './runtime.store';
import { rolesOf, tasksOf } from './task';

const spa = context('spa');
class Booked extends spa.event('Booked') {
  @IsString() room!: string;
}
class Book extends spa.command('Book', { ok: Booked }) {
  @IsString() room!: string;
}
const roles = rolesOf(service({ name: 'spa', handles: [Book] }), { has: () => false });

const { key, value, headers, topic } = encode(
  {
    ...{ id: 'm', type: 'spa.Book', source: '/stay', time: '2026-01-01T00:00:00Z', process: 'stay', saga: 's', style: 'choreography' },
    ...{ hop: 0, seq: 1, facts: {}, void: false, body: { room: '7' } },
  },
  Book,
);
const raw: ReceivedMessage = {
  topic,
  key: Buffer.from(key),
  value: Buffer.from(value),
  headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
};
const [task] = tasksOf(decode(raw, Book), raw, roles);
const settings: QueueSettings = { service: 'spa', roles, retryMs: 1_000, retryAtMostMs: 60_000, parkAfter: 10, failing: new Map() };
const failingWith = (error: unknown): QueueSettings => ({ ...settings, failing: new Map([[task?.id ?? '', error]]) });
const sagaWith = (...held: HeldRow[]): LockedSaga => ({
  ...{ ref: { process: 'stay', saga: 's' }, nextSeq: 1, steps: new Map(), held, sender: undefined, unsent: [] },
});
/** The row after it has failed once more. */
function failed(row: HeldRow | undefined, error: unknown): HeldRow | undefined {
  if (!task) return undefined;
  if (!row) return arrived(task, failingWith(error)).row;
  return queueOf(sagaWith({ ...row, dueIn: 0 }), new Map(), failingWith(error)).entries[0]?.row;
}

describe('what fails and is held', () => {
  afterEach(() => jest.restoreAllMocks());

  it('waits twice as long each time, up to a bound, and then for a person', () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    const rows: (HeldRow | undefined)[] = [];
    for (let time = 1; time <= 10; time++) rows.push(failed(rows.at(-1), new Error('not yet')));
    expect(rows.map((row) => row?.state)).toEqual([...Array.from({ length: 9 }, () => 'retrying'), 'parked']);
    expect(rows.map((row) => row?.dueIn)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000, undefined]);
    expect(rows.at(-1)).toMatchObject({ attempts: 10, code: 'Error', reason: 'Error: not yet' });
  });

  it('waits a fifth more or less, so that what failed together is not tried together for ever', () => {
    const waits = Array.from({ length: 1_000 }, () => backoff(3, settings));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(3_200);
    expect(Math.max(...waits)).toBeLessThanOrEqual(4_800);
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(1_000);
  });

  it('never waits beyond numbers, however often it failed, nor less than the first wait where that is the longest', () => {
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
    expect(backoff(5_000, settings)).toBe(60_000);
    expect(backoff(7, { retryMs: 90_000, retryAtMostMs: 60_000 })).toBe(90_000);
  });

  it('waits for a person at once where no repetition can help', () =>
    expect(failed(undefined, new NotRetryable('never'))).toMatchObject({ state: 'parked', attempts: 1, dueIn: undefined }));

  it('tells why in words that can be stored, whatever was thrown', () => {
    expect(failed(undefined, 'a\u0000b')).toMatchObject({ code: 'unknown', reason: 'a\ufffdb' });
    expect(failed(undefined, new Error('x'.repeat(10_000)))?.reason).toHaveLength(4_000);
  });
});

describe('what stays in the queue', () => {
  it('is kept: as new, or, when it was due and had to wait, for a look a little later', () => {
    if (!task) throw new Error('no task');
    const fresh = arrived(task, settings);
    keep(fresh, 500);
    expect(fresh).toMatchObject({ changed: true, row: { id: 'm#spa.Book', state: 'waiting', attempts: 0 } });
    const [due] = queueOf(sagaWith({ ...fresh.row!, state: 'retrying', dueIn: -5 }), new Map(), settings).entries;
    keep(due!, 500);
    expect(due).toMatchObject({ changed: true, row: { state: 'retrying', dueIn: 500 } });
  });

  it('waits behind the first message that this build cannot read, and says which build could', () => {
    const row = { ...arrived(task!, failingWith(new Error('x'))).row!, state: 'waiting', dueIn: undefined } as const;
    const gone = { ...row, id: 'm#spa.Gone', task: 'spa.Gone' };
    const { entries, unread, postponed } = queueOf(sagaWith(row, gone, { ...row, id: 'm2#spa.Book' }), new Map(), settings);
    expect(entries).toHaveLength(1);
    expect(unread.map(({ id }) => id)).toEqual(['m#spa.Gone', 'm2#spa.Book']);
    expect(postponed).toMatchObject([
      { id: 'm#spa.Gone', code: 'unreadable', reason: expect.stringContaining('deploy one that has it'), dueIn: 1_000 },
    ]);
  });
});
