import type { Database } from './database.store';
import { HeldGroups } from './held.groups';
import type { HeldMessage } from './held.list.store';
import type { HeldOperations, Operated } from './held.operations';

const messages = Array.from({ length: 20 }, (_, n) => ({ n: n + 1, row: { id: `m${n + 1}` } })) as HeldMessage[];
const happened: Operated = { is: 'happened', task: '', became: {}, dropped: true };

/** The service that holds these messages, as far as groups need it. */
function groups(drop: (id: string) => Promise<Operated>, patienceMs: number) {
  let after = 0;
  let limit = 0;
  const database = { connection: async () => messages.filter(({ n }) => n > after).slice(0, limit + 1) } as unknown as Database;
  const all = new HeldGroups(database, { drop } as unknown as HeldOperations, patienceMs);
  return (part: { after: number; limit: number }) => {
    ({ after, limit } = part);
    return all.drop({}, part, 'a note', 'zoe');
  };
}
const idsOf = ({ done }: Awaited<ReturnType<HeldGroups['drop']>>) => done.map(({ message }) => message.row.id);

describe('what is done about many', () => {
  it('is done part by part, each message once, and told in the order in which they were held', async () => {
    const drop = groups(async () => happened, 10_000);
    const first = await drop({ after: 0, limit: 12 });
    expect(idsOf(first)).toEqual(messages.slice(0, 12).map(({ row }) => row.id));
    expect(first.next).toBe(12);
    const second = await drop({ after: 12, limit: 12 });
    expect(idsOf(second)).toEqual(messages.slice(12).map(({ row }) => row.id));
    expect(second.next).toBeUndefined();
    expect(await drop({ after: 0, limit: 20 })).toMatchObject({ next: undefined });
    expect(await drop({ after: 20, limit: 5 })).toEqual({ done: [], next: undefined });
  });

  it('stops when its time is up, and says where the rest begins; but it always gets on', async () => {
    const slow = groups(async () => happened, -1);
    const part = await slow({ after: 0, limit: 5 });
    expect(idsOf(part)).toEqual(['m1']);
    expect(part.next).toBe(1);
    expect(await slow({ after: 19, limit: 5 })).toMatchObject({ next: undefined });
  });

  it('is done a few at a time', async () => {
    let [now, most] = [0, 0];
    const drop = groups(async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
      return happened;
    }, 10_000);
    await drop({ after: 0, limit: 20 });
    expect(most).toBe(8);
  });

  it('waits for outside calls, however late they were begun, no longer than its own time', async () => {
    const ends = new Set<number>();
    const redrive = async (_id: string, _actor: string, until: number): Promise<Operated> => {
      ends.add(until);
      return new Promise((resolve) => setTimeout(() => resolve(happened), 5));
    };
    const database = { connection: async () => messages } as unknown as Database;
    const began = Date.now();
    await new HeldGroups(database, { redrive } as unknown as HeldOperations, 1_000).redrive({}, { after: 0, limit: 20 }, 'zoe');
    expect(ends.size).toBe(1);
    expect([...ends][0]).toBeLessThanOrEqual(began + 1_100);
  });

  it('is told of each, also where one cannot be done at all', async () => {
    const drop = groups((id) => (id === 'm2' ? Promise.reject(new Error('the database is away')) : Promise.resolve(happened)), 10_000);
    const { done } = await drop({ after: 0, limit: 3 });
    expect(done.map(({ operated }) => operated)).toEqual([
      happened,
      { is: 'refused', why: { code: 'failed', text: 'Error: the database is away' } },
      happened,
    ]);
  });
});
