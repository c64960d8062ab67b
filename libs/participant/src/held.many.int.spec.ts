import { randomUUID } from 'node:crypto';
import { memoryCluster } from '@duet/kafka';
import { request, until } from '@duet/testbed';
import type { INestApplication } from '@nestjs/common';
import { Harness } from './fixture/harness.fixture';
import { BasketPaid, HoldItem, ReturnMoney, TakeMoney } from './fixture/till.messages.fixture';
import type { HeldGroupView, HeldOneView, HeldView } from './held.shown';
import type { OneOfManyView } from './held.view';
import type { Item } from './item';
import { Participant } from './participant';

jest.setTimeout(60_000);

describe('all that is held', () => {
  let till: Harness;
  let app: INestApplication;
  let url: string;
  const cluster = memoryCluster();
  beforeAll(async () => {
    till = await Harness.start();
    app = await till.replica({ retryMs: 20, parkAfter: 2, callLeaseMs: 1_500 }, { broker: cluster.broker(), quiet: true });
    url = await till.restOf(app);
  });
  beforeEach(() => (till.bank.behaviour = () => 'fail'));
  afterEach(async () => {
    till.bank.behaviour = () => 'ok';
    till.bank.release();
    await until(async () => (await till.sql("select 1 from duet.held where state = 'calling'")).length === 0, { what: 'nobody calls' });
    await till.sql('delete from duet.held');
    await till.sql('update duet.saga set held = 0');
  });
  afterAll(() => till.stop());

  const submit = (...items: Item[]) => app.get(Participant).submit(items);
  const get = async <T>(path: string) => (await request<T>('GET', `${url}/held${path}`)).body;
  const list = (query = '') => get<{ items: HeldView[]; next?: string }>(query);
  const groups = async (query = '') => (await get<{ items: HeldGroupView[] }>(`/groups${query}`)).items;
  const one = (id: string) => get<HeldOneView>(`/${encodeURIComponent(id)}`);
  const post = <T = { items: OneOfManyView[]; next?: string }>(what: string, body: object, actor = 'zoe') =>
    request<T>('POST', `${url}/held/${what}`, { headers: { 'X-Actor': actor }, body });
  const parked = (count: number) =>
    until(async () => (await till.sql("select 1 from duet.held where state = 'parked'")).length === count, { what: `${count} are parked` });
  const hopeless = (basketId: string = randomUUID()) => till.item(HoldItem, { basketId, sku: 'hopeless', quantity: 1 });
  const money = (basketId: string = randomUUID()) => till.item(TakeMoney, { basketId, amount: 5 });
  const aside = async (value: string | Buffer, headers: Record<string, string> = {}) => {
    const before = (await list('?state=aside')).items.length;
    cluster.append(`${till.prefix}till.commands`, { key: 'k', value, headers });
    await until(async () => (await list('?state=aside')).items.length > before, { what: 'it is set aside' });
  };

  describe('is shown', () => {
    it('with where it comes from, its headers and its value, and what is known of its step', async () => {
      const basketId = randomUUID();
      const { id, time } = { id: randomUUID(), time: new Date().toISOString() };
      const more = { id, time, style: 'orchestration', processVersion: 3, hop: 4, causation: 'cause', seq: 2 } as const;
      await submit(till.item(TakeMoney, { basketId, amount: 5 }, more));
      await parked(1);
      const view: Partial<HeldView> = {
        ...{ id: `${id}#till.TakeMoney`, state: 'parked', task: 'till.TakeMoney', step: 'calling', process: 'basket', saga: basketId },
        reason: { code: 'BankUnavailable', text: 'BankUnavailable: the bank answered 503' },
        lineage: {
          ...{ type: 'till.TakeMoney', source: '/till', time, process: 'basket', saga: basketId, style: 'orchestration' },
          ...{ cause: 'cause', hop: '4', version: '3' },
        },
        key: { text: basketId },
        value: { text: JSON.stringify({ basketId, amount: 5 }) },
        bytes: JSON.stringify({ basketId, amount: 5 }).length,
      };
      const [shown] = (await list()).items;
      expect(shown).toMatchObject(view);
      expect(shown?.headers).toMatchObject({ ce_id: id, ce_seq: '2', ce_facts: JSON.stringify({ basketId, amount: 5 }) });
      expect(await one(view.id ?? '')).toMatchObject({ ...view, operations: [] });
    });

    it('with a step of which nothing has happened, or a mail that may have been sent', async () => {
      await submit(hopeless(), till.item(BasketPaid, { basketId: randomUUID() }));
      await parked(2);
      expect((await list()).items.map(({ task, step }) => `${task} ${step}`)).toEqual(['till.HoldItem none', 'hears calling']);
    });

    it('as bytes where it is no text; long values begin in a list, and are whole when one looks at one', async () => {
      await aside(Buffer.from([0x7b, 0xff, 0x00]), { ce_type: 'till.TakeMoney' });
      // 1,024 bytes end within a character.
      await aside(`x${'é'.repeat(600)}`, { ce_type: 'till.TakeMoney', ce_subject: 's-1', long: 'l'.repeat(300) });
      const [bytes, text] = (await list()).items;
      expect(bytes).toMatchObject({ state: 'aside', value: { base64: 'e/8A' }, bytes: 3, lineage: { type: 'till.TakeMoney' } });
      expect(text).toMatchObject({ value: { text: `x${'é'.repeat(511)}` }, bytes: 1_201, process: null, lineage: { saga: 's-1' } });
      expect(text?.headers['long']).toBe(`${'l'.repeat(256)}…`);
      expect(await one(text?.id ?? '')).toMatchObject({ value: { text: `x${'é'.repeat(600)}` }, headers: { long: 'l'.repeat(300) } });
    });

    it('in a list as the beginning of its key and of its first headers, where these are long; and whole when one looks at one', async () => {
      const many = Object.fromEntries(Array.from({ length: 100 }, (_, place) => [`x-${place}`, 'x'.repeat(1_000)]));
      cluster.append(`${till.prefix}till.commands`, { key: 'k'.repeat(10_000), value: '', headers: many });
      const listed = await until(async () => (await list('?state=aside')).items[0], { what: 'it is set aside' });
      expect(Object.keys(listed.headers)).toHaveLength(50);
      expect(listed).toMatchObject({ key: { text: 'k'.repeat(1_024) }, headers: { 'x-0': `${'x'.repeat(256)}…` } });
      expect(await one(listed.id)).toMatchObject({ key: { text: 'k'.repeat(10_000) }, headers: many });
    });

    it('for one reason and one task at a time', async () => {
      for (const query of ['?reason=a&reason=b', '?task=a%00&task=b', '/groups?reason=a%00&reason=b'])
        expect((await request('GET', `${url}/held${query}`)).status).toBe(400);
    });

    it('by its reason: how many, since when, one of them; and found by state, reason and task', async () => {
      await submit(hopeless(), hopeless(), money(), till.item(BasketPaid, { basketId: randomUUID() }), hopeless());
      await parked(5);
      await aside('no JSON', { ce_type: 'till.TakeMoney' });
      await aside('no JSON', {});
      const items = (await list()).items;
      const all = await groups();
      expect(all.map(({ state, reason, task, count }) => ({ state, reason, task, count }))).toEqual([
        { state: 'parked', reason: 'NotRetryable', task: 'till.HoldItem', count: 3 },
        { state: 'parked', reason: 'BankUnavailable', task: 'till.TakeMoney', count: 1 },
        { state: 'parked', reason: 'BankUnavailable', task: 'shop.BasketPaid', count: 1 },
        { state: 'aside', reason: 'header', task: 'till.TakeMoney', count: 1 },
        { state: 'aside', reason: 'no-type', task: '', count: 1 },
      ]);
      const held = items.filter(({ task }) => task === 'till.HoldItem');
      expect(all[0]).toMatchObject({
        ...{ oldest: held[0]?.heldAt, newest: held[2]?.heldAt, example: held[0]?.id },
        text: 'NotRetryable: this item can never be held',
      });
      for (const [query, count] of [
        ['?state=aside', 2],
        ['?reason=BankUnavailable', 2],
        ['?task=shop.BasketPaid', 1],
        ['?task=till.TakeMoney&state=parked', 1],
        ['?task=%00', 0],
      ] as const) {
        expect((await groups(query)).reduce((sum, group) => sum + group.count, 0)).toBe(count);
        expect((await list(query)).items).toHaveLength(count);
      }
    });
  });

  describe('is tried again together', () => {
    it('by its reason: each is told with what happened to it, nothing else is touched', async () => {
      const [well, declined, bad] = [randomUUID(), randomUUID(), randomUUID()];
      await submit(money(well), money(declined), money(bad), hopeless());
      await parked(4);
      till.bank.behaviour = ({ key }) => (key.includes(bad) ? 'fail' : key.includes(declined) ? 'decline' : 'ok');
      const { status, body } = await post('redrive', { reason: 'BankUnavailable' });
      expect(status).toBe(200);
      expect(body.items.map(({ saga, state }) => [saga, state])).toEqual([
        [well, 'done'],
        [declined, 'refused'],
        [bad, 'parked'],
      ]);
      expect(body.items[2]?.text).toBe('it failed again and waits for a person: BankUnavailable: the bank answered 503');
      expect(body).not.toHaveProperty('next');
      expect((await groups()).map(({ reason, count }) => [reason, count])).toEqual([
        ['BankUnavailable', 1],
        ['NotRetryable', 1],
      ]);
      expect(await till.sql('select did, actor from duet.operation where saga_id = $1', [well])).toEqual([
        { did: 'redrive', actor: 'zoe' },
      ]);
    });

    it('part by part: what fails again is not met a second time', async () => {
      await submit(...Array.from({ length: 5 }, () => hopeless()));
      await parked(5);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const { body } = await post('redrive', { task: 'till.HoldItem', limit: 2, ...(cursor !== undefined && { cursor }) });
        seen.push(...body.items.map(({ id }) => id));
        cursor = body.next;
      } while (cursor !== undefined);
      expect(seen).toEqual((await list()).items.map(({ id }) => id));
      expect((await list()).items.map(({ attempts }) => attempts)).toEqual([2, 2, 2, 2, 2]);
    });

    it('and does not wait for outside calls for ever', async () => {
      await submit(money(), money());
      await parked(2);
      till.bank.behaviour = () => 'hang';
      const began = Date.now();
      expect((await post('redrive', { all: true })).body.items.map(({ state }) => state)).toEqual(['calling', 'calling']);
      expect(Date.now() - began).toBeLessThan(3_000);
      expect((await post('redrive', { all: true })).body.items).toEqual([]);
    });

    it('but not what waits behind its own undo: that is told, and the undo is tried', async () => {
      const basketId = randomUUID();
      await submit(money(basketId));
      await parked(1);
      await submit(till.item(ReturnMoney, { basketId }));
      await parked(2);
      const { body } = await post('redrive', { all: true });
      expect(body.items.map(({ task, state, code }) => [task, state, code])).toEqual([
        ['till.TakeMoney', 'not-done', 'behind'],
        ['till.ReturnMoney', 'parked', undefined],
      ]);
    });
  });

  describe('is given up together', () => {
    it('as far as each can be, and what cannot is told; once, whoever says it again', async () => {
      const basketId = randomUUID();
      await submit(hopeless(basketId), money(), till.item(BasketPaid, { basketId: randomUUID() }));
      await parked(3);
      const { body } = await post('drop', { all: true, note: 'a test' });
      expect(body.items.map(({ task, state, code }) => [task, state, code])).toEqual([
        ['till.HoldItem', 'dropped', undefined],
        ['till.TakeMoney', 'not-done', 'unknown-outcome'],
        ['hears', 'dropped', undefined],
      ]);
      expect((await post('drop', { all: true, note: 'a test' })).body.items.map(({ task }) => task)).toEqual(['till.TakeMoney']);
      expect(await till.sql('select did, note from duet.operation where saga_id = $1', [basketId])).toEqual([
        { did: 'drop', note: 'a test' },
      ]);
    });

    it('also what nobody can read, if that is what is meant', async () => {
      await aside('no JSON', { ce_type: 'till.TakeMoney' });
      await aside('no JSON', {});
      expect((await post('drop', { all: true, note: 'a test' })).body.items).toEqual([]);
      const { body } = await post('drop', { state: 'aside', reason: 'no-type', note: 'a test' });
      expect(body.items).toMatchObject([{ task: '', saga: null, state: 'dropped' }]);
      expect((await groups()).map(({ reason }) => reason)).toEqual(['header']);
    });
  });

  it('is not touched by who does not say which, who he is, or why', async () => {
    await submit(hopeless());
    await parked(1);
    for (const [what, body, status, actor] of [
      ['redrive', {}, 422],
      ['drop', { note: 'a test' }, 422],
      ['drop', { all: false, note: 'a test' }, 422],
      ['drop', { all: true }, 422],
      ['redrive', { all: true, state: 'aside' }, 422],
      ['redrive', { all: true, limit: 201 }, 422],
      ['redrive', { all: true, cursor: '-1' }, 422],
      ['redrive', { all: true }, 400, ' '],
    ] as const)
      expect([what, body, (await post<unknown>(what, body, actor)).status]).toEqual([what, body, status]);
    expect((await list()).items).toMatchObject([{ state: 'parked', attempts: 1 }]);
  });

  it('is documented', async () => {
    const { body } = await request<{
      paths: Record<string, Record<string, { responses: Record<string, object> }>>;
      components: { schemas: Record<string, object> };
    }>('GET', `${url}/openapi.json`);
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/held', '/held/groups', '/held/{id}', '/held/redrive', '/held/drop', '/held/{id}/drop']),
    );
    expect(Object.keys(body.paths['/held/redrive']?.['post']?.responses ?? {})).toEqual(expect.arrayContaining(['200', 'default']));
    expect(JSON.stringify(body.components.schemas['HeldPage'])).toContain('"lineage"');
  });
});
