import { randomUUID } from 'node:crypto';
import { delegating, memoryCluster, type OutgoingMessage } from '@duet/kafka';
import { until } from '@duet/testbed';
import type { INestApplication } from '@nestjs/common';
import { Harness } from './fixture/harness.fixture';
import { DropItem, HoldItem } from './fixture/till.messages.fixture';
import { Participant } from './participant';

jest.setTimeout(60_000);

interface Resent {
  readonly messages: number;
  readonly sagas: number;
  readonly busy: number;
  readonly until: string;
  readonly next?: string;
}

describe('what has been sent, after the broker has lost it', () => {
  let till: Harness;
  let app: INestApplication;
  let url: string;
  const sent: OutgoingMessage[] = [];
  const nobody = () => false;
  const events = (messages: readonly OutgoingMessage[]) => messages.some(({ topic }) => topic.endsWith('.events'));
  let isAway: (messages: readonly OutgoingMessage[]) => boolean = nobody;
  beforeAll(async () => {
    till = await Harness.start();
    const broker = delegating(memoryCluster().broker());
    const send = async (messages: readonly OutgoingMessage[]): Promise<void> => {
      if (isAway(messages)) throw new Error('the broker is away');
      await broker.send(messages);
      sent.push(...messages);
    };
    app = await till.replica({ relayGraceMs: 60_000, relayEveryMs: 20 }, { broker: { ...broker, send }, quiet: true });
    url = await till.restOf(app);
  });
  afterAll(() => till.stop());

  const submit = (...items: Parameters<Participant['submit']>[0]) => app.get(Participant).submit(items);
  const post = (body: object, actor = 'ann') =>
    fetch(`${url}/outbox/resend`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Actor': actor },
      body: JSON.stringify(body),
    });
  const resend = async (body: object): Promise<Resent> => {
    const answer = await post(body);
    expect(answer.status).toBe(200);
    return (await answer.json()) as Resent;
  };
  const of = (saga: string) =>
    sent.filter(({ key }) => key === saga).map(({ headers }) => `${String(headers['ce_type'])} ${String(headers['ce_id'])}`);
  const told = (saga: string, count: number) => until(() => of(saga).length >= count, { what: `${count} messages of the saga are sent` });
  /** Has the relay send what is unsent: it leaves alone what is young. */
  const relayed = () =>
    until(
      async () => {
        await till.sql("update duet.outbox set created_at = created_at - interval '2 minutes' where sent_at is null");
        return (await till.sql('select 1 from duet.outbox where sent_at is null')).length === 0;
      },
      { what: 'all is sent' },
    );
  const begun = new Date(Date.now() - 1_000).toISOString();
  const twice = async (): Promise<string> => {
    const basketId = randomUUID();
    await submit(till.item(HoldItem, { basketId, sku: 'tea', quantity: 1 }));
    await submit(till.item(DropItem, { basketId }));
    await told(basketId, 2);
    await relayed();
    return basketId;
  };

  it('is sent again with its old ids, in the order of each saga, and only what was sent since then', async () => {
    const before = await twice();
    const [{ now } = { now: '' }] = await till.sql<{ now: string }>('select clock_timestamp()::text as now');
    const since = new Date(now).toISOString();
    await until(() => Date.now() > Date.parse(since) + 5, { what: 'some time has passed' });
    const after = await twice();
    const manifests = () => sent.filter(({ topic }) => topic.endsWith('duet.manifests')).length;
    const published = manifests();
    const first = await resend({ since });
    expect(first).toMatchObject({ messages: 2, sagas: 1, busy: 0 });
    expect(await resend({ since, until: first.until, from: first.next })).toEqual({ messages: 0, sagas: 0, busy: 0, until: first.until });
    await relayed();
    expect(of(after).slice(2)).toEqual(of(after).slice(0, 2));
    expect(of(after).map((text) => text.split(' ')[0])).toEqual(['till.ItemHeld', 'till.ItemDropped', 'till.ItemHeld', 'till.ItemDropped']);
    expect(of(before)).toHaveLength(2);
    expect(manifests()).toBe(published + 1);
    await relayed();
  });

  it('goes before what its saga says next', async () => {
    const basketId = randomUUID();
    await submit(till.item(HoldItem, { basketId, sku: 'tea', quantity: 1 }));
    await told(basketId, 1);
    await relayed();
    await resend({ since: begun });
    const other = randomUUID();
    await submit(till.item(DropItem, { basketId }), till.item(DropItem, { basketId: other }));
    await told(other, 1);
    expect(of(basketId)).toHaveLength(1);
    await relayed();
    expect(of(basketId).map((text) => text.split(' ')[0])).toEqual(['till.ItemHeld', 'till.ItemHeld', 'till.ItemDropped']);
  });

  it('waits for its turn while its saga has something on its way', async () => {
    const basketId = await twice();
    isAway = events;
    await submit(till.item(HoldItem, { basketId, sku: 'tea', quantity: 1 }), till.item(DropItem, { basketId: randomUUID() }));
    await till.sql("update duet.outbox set sent_at = null where saga_id = $1 and headers ->> 'ce_type' = 'till.ItemDropped'", [basketId]);
    const first = await resend({ since: begun });
    expect(first.busy).toBe(1);
    isAway = nobody;
    await relayed();
    const again = await resend({ since: begun, until: first.until });
    expect(again.busy).toBe(0);
    await relayed();
    expect(await resend({ since: begun, until: first.until })).toMatchObject({ messages: 0, busy: 0 });
    const names = of(basketId).map((text) => text.split(' ')[0]);
    expect(names.filter((name) => name === 'till.ItemHeld')).toHaveLength(2);
  });

  it('is not marked while the broker takes nothing, and that is said', async () => {
    isAway = () => true;
    const answer = await post({ since: begun });
    isAway = nobody;
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('the broker is away') as string });
    expect(await till.sql('select 1 from duet.outbox where sent_at is null')).toEqual([]);
  });

  it('tells how much waits, and how far back it could go', async () => {
    const answer = (await (await fetch(`${url}/outbox`)).json()) as { unsent: number; sentSince: string };
    expect(answer.unsent).toBe(0);
    expect(Date.parse(answer.sentSince)).toBeLessThan(Date.now());
  });

  it.each<[string, object, string, number]>([
    ['without a time', {}, 'ann', 422],
    ['since no time', { since: 'yesterday' }, 'ann', 422],
    ['since an hour that no day has', { since: '2026-01-01T80:00:00Z' }, 'ann', 422],
    ['since a day that no month has', { since: '2026-02-30T00:00:00Z' }, 'ann', 422],
    ['until a time zone that PostgreSQL does not know', { since: begun, until: '2999-01-01T00:00:00+23:59' }, 'ann', 422],
    ['since the future', { since: '2999-01-01T00:00:00Z' }, 'ann', 400],
    ['by nobody', { since: begun }, '', 400],
  ])('is not sent again %s', async (_, body, actor, status) => {
    const before = sent.length;
    expect((await post(body, actor)).status).toBe(status);
    expect(sent).toHaveLength(before);
  });
});
