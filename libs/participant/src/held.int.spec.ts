import { randomUUID } from 'node:crypto';
import { type Broker, memoryCluster } from '@duet/kafka';
import { request, until } from '@duet/testbed';
import type { INestApplication } from '@nestjs/common';
import { Harness } from './fixture/harness.fixture';
import { BasketPaid, DropItem, HandOver, HoldItem, KeepBack, ReturnMoney, TakeMoney } from './fixture/till.messages.fixture';
import { TillStore } from './fixture/till.store';
import { NotRetryable } from './errors';
import type { OperatedView } from './held.view';
import { Participant } from './participant';

jest.setTimeout(60_000);

interface Answer extends Partial<OperatedView> {
  detail?: string;
  code?: string;
  errors?: { path: string; text: string }[];
}

describe('a person, about a message that is held,', () => {
  let till: Harness;
  let app: INestApplication;
  let url: string;
  const settings = { retryMs: 20, parkAfter: 2, callLeaseMs: 1_500 };
  const cluster = memoryCluster();
  const broker = cluster.broker();
  let basketId: string;
  beforeAll(async () => {
    till = await Harness.start();
    app = await till.replica(settings, { broker, quiet: true });
    url = await till.restOf(app);
  });
  beforeEach(() => (basketId = randomUUID()));
  afterEach(() => {
    till.bank.behaviour = () => 'ok';
    till.bank.release();
  });
  afterAll(() => till.stop());

  const submit = (...items: Parameters<Participant['submit']>[0]) => app.get(Participant).submit(items);
  const idOf = async (task: string): Promise<string> =>
    (await till.sql<{ id: string }>('select id from duet.held where saga_id = $1 and task = $2', [basketId, task]))[0]?.id ?? 'none';
  const post = (id: string, what: string, body?: object, actor = 'zoe') =>
    request<Answer>('POST', `${url}/held/${encodeURIComponent(id)}/${what}`, { headers: { 'X-Actor': actor }, body });
  const redrive = (id: string) => post(id, 'redrive');
  const settle = (id: string, said: object, actor?: string) => post(id, 'settle', said, actor);
  const drop = (id: string, note = 'it will never work', actor?: string) => post(id, 'drop', { note }, actor);
  const stateOf = async (task: string) => (await till.held(basketId)).find((row) => row.task === task)?.state;
  const said = async (): Promise<string[]> =>
    (
      await till.sql<{ type: string }>("select headers ->> 'ce_type' as type from duet.outbox where saga_id = $1 order by seq", [basketId])
    ).map(({ type }) => type);
  const recorded = () =>
    till.sql('select did, step, message_id <> $2 as known, actor, note from duet.operation where saga_id = $1 order by n', [basketId, '']);

  /** Money that could not be taken: its message waits for a person. */
  async function parkedMoney(): Promise<string> {
    till.bank.behaviour = () => 'fail';
    await submit(till.item(TakeMoney, { basketId, amount: 5 }));
    await until(async () => (await stateOf('till.TakeMoney')) === 'parked', { what: 'it is parked' });
    return idOf('till.TakeMoney');
  }
  const byHand = { body: {} as object, note: 'taken in cash' };
  const money = () => ({ ...byHand, body: { basketId, receipt: 'r-1' } });

  describe('has it tried again', () => {
    it('and hears what came of it; it is told that it waits no more, and noted who did it', async () => {
      const id = await parkedMoney();
      till.bank.behaviour = () => 'ok';
      const { status, body } = await redrive(id);
      expect(status).toBe(200);
      expect(body).toEqual({
        state: 'done',
        text: 'till.TakeMoney is done, and till.MoneyTaken was told',
        outcome: { type: 'till.MoneyTaken', body: { basketId, receipt: `basket/${basketId}/till.TakeMoney` } },
      });
      expect(await said()).toEqual(['duet.MessageParked', 'duet.MessageFreed', 'till.MoneyTaken']);
      expect(await recorded()).toEqual([{ did: 'redrive', step: 'till.TakeMoney', known: true, actor: 'zoe', note: null }]);
      expect(await redrive(id)).toMatchObject({
        status: 409,
        body: { code: 'not-held', detail: 'Nothing was done: it is not held any more: till.TakeMoney is done.' },
      });
    });

    it('and hears the refusal with its reason', async () => {
      const id = await parkedMoney();
      till.bank.behaviour = () => 'decline';
      expect(await redrive(id)).toMatchObject({
        status: 200,
        body: { state: 'refused', reason: { code: 'declined' }, outcome: { type: 'till.MoneyRefused' } },
      });
    });

    it('and hears why it failed again; who looks at it sees who tried', async () => {
      const id = await parkedMoney();
      const asked = till.bank.times('take');
      expect(await redrive(id)).toMatchObject({
        status: 200,
        body: { state: 'parked', reason: { code: 'BankUnavailable', text: 'BankUnavailable: the bank answered 503' } },
      });
      expect(till.bank.times('take')).toBe(asked + 1);
      expect(await request('GET', `${url}/held/${encodeURIComponent(id)}`)).toMatchObject({
        body: { state: 'parked', attempts: 3, operations: [{ did: 'redrive', actor: 'zoe' }] },
      });
    });

    it('where no outside call is made, too', async () => {
      await submit(till.item(HoldItem, { basketId, sku: 'hopeless', quantity: 1 }));
      const id = await idOf('till.HoldItem');
      expect(await redrive(id)).toMatchObject({ body: { state: 'parked', reason: { text: 'NotRetryable: this item can never be held' } } });
      expect(await till.held(basketId)).toMatchObject([{ state: 'parked', attempts: 2 }]);
      expect(await said()).toEqual(['duet.MessageParked']);
      expect(await recorded()).toHaveLength(1);
    });

    it('twice at once, and it is tried once', async () => {
      const id = await parkedMoney();
      const asked = till.bank.times('take');
      till.bank.behaviour = () => 'hang';
      const both = Promise.all([redrive(id), redrive(id)]);
      await until(() => till.bank.times('take') > asked, { what: 'the bank is asked' });
      till.bank.release();
      for (const { status, body } of await both) expect({ status, state: body.state }).toEqual({ status: 200, state: 'done' });
      expect(till.bank.times('take')).toBe(asked + 1);
      expect(await recorded()).toHaveLength(1);
    });

    it('and is not kept waiting for an outside call for ever', async () => {
      const id = await parkedMoney();
      till.bank.behaviour = () => 'hang';
      expect(await redrive(id)).toMatchObject({ status: 202, body: { state: 'calling' } });
      till.bank.release();
      await until(async () => (await said()).includes('till.MoneyTaken'), { what: 'it is done' });
    });

    it('in its order: what waits behind another, or an action whose undo waits, is not tried', async () => {
      const id = await parkedMoney();
      await submit(till.item(HoldItem, { basketId, sku: 'tea', quantity: 1 }));
      expect(await redrive(await idOf('till.HoldItem'))).toMatchObject({ status: 409, body: { code: 'behind' } });
      await submit(till.item(ReturnMoney, { basketId }));
      await until(async () => (await stateOf('till.HoldItem')) === 'waiting', { what: 'it waits still' });
      expect(await redrive(await idOf('till.HoldItem'))).toMatchObject({ status: 409, body: { code: 'behind' } });
      basketId = randomUUID();
      const action = await parkedMoney();
      await submit(till.item(ReturnMoney, { basketId }));
      await until(async () => (await stateOf('till.ReturnMoney')) === 'parked', { what: 'the undo is parked' });
      const refused = await redrive(action);
      expect(refused).toMatchObject({ status: 409, body: { code: 'behind' } });
      expect(refused.body.detail).toContain(`it waits behind till.ReturnMoney (${await idOf('till.ReturnMoney')})`);
      expect(await stateOf('till.TakeMoney')).toBe('parked');
      expect(await redrive(id)).toMatchObject({ status: 200 });
    });

    it('also where it is an event that was heard', async () => {
      till.bank.behaviour = () => 'fail';
      await submit(till.item(BasketPaid, { basketId }));
      await until(async () => (await stateOf('hears')) === 'parked', { what: 'the mail is parked' });
      const id = await idOf('hears');
      expect(await settle(id, byHand)).toMatchObject({ status: 409, body: { code: 'no-outcome' } });
      till.bank.behaviour = () => 'ok';
      expect(await redrive(id)).toMatchObject({ status: 200, body: { state: 'done', text: 'it is done' } });
      expect(await till.notes(basketId)).toEqual(['thanked']);
    });
  });

  describe('says that it was done by hand', () => {
    it('and that is told and noted once, whoever says it again', async () => {
      const id = await parkedMoney();
      const first = await settle(id, money());
      expect(first).toMatchObject({
        status: 200,
        body: { state: 'done', outcome: { type: 'till.MoneyTaken', body: { basketId, receipt: 'r-1' } } },
      });
      expect(await settle(id, money())).toMatchObject({ status: 200, body: first.body });
      for (const [other, actor] of [
        [{ ...money(), note: 'no, by cheque' }, 'zoe'],
        [{ ...money(), body: { basketId, receipt: 'r-2' } }, 'zoe'],
        [{ ...money(), outcome: 'till.MoneyRefused' }, 'zoe'],
        [money(), 'yan'],
      ] as const)
        expect(await settle(id, other, actor)).toMatchObject({ status: 409, body: { code: 'settled' } });
      expect(await redrive(id)).toMatchObject({
        status: 409,
        body: { code: 'settled', detail: 'Nothing was done: it is not held any more: till.TakeMoney is done, as zoe said.' },
      });
      expect(await said()).toEqual(['duet.MessageParked', 'till.MoneyTaken', 'duet.MessageFreed']);
      expect(await recorded()).toEqual([{ did: 'settle', step: 'till.TakeMoney', known: true, actor: 'zoe', note: 'taken in cash' }]);
      till.bank.behaviour = () => 'ok';
      await submit(till.item(ReturnMoney, { basketId }));
      await until(async () => (await till.notes(basketId)).length === 1, { what: 'it is undone' });
      expect(await till.notes(basketId)).toEqual(['returned:done']);
    });

    it('or that it was refused', async () => {
      const id = await parkedMoney();
      const body = { basketId, reason: { code: 'lost', text: 'nobody came to pay' } };
      expect(await settle(id, { outcome: 'till.MoneyRefused', body, note: 'waited a week' })).toMatchObject({
        status: 200,
        body: { state: 'refused', reason: { code: 'lost' } },
      });
    });

    it('but not of a step that another message has settled', async () => {
      const id = await parkedMoney();
      await submit(till.item(HoldItem, { basketId, sku: 'hopeless', quantity: 1 }), till.item(TakeMoney, { basketId, amount: 5 }));
      expect((await settle(id, money())).status).toBe(200);
      expect(await till.held(basketId)).toMatchObject([
        { task: 'till.HoldItem', state: 'parked' },
        { task: 'till.TakeMoney', state: 'waiting' },
      ]);
      const second = await idOf('till.TakeMoney');
      for (const answer of [await settle(second, { ...money(), body: { basketId, receipt: 'r-2' } }), await redrive(second)])
        expect(answer).toMatchObject({
          status: 409,
          body: { code: 'answered', detail: 'Nothing was done: till.TakeMoney is done already.' },
        });
      expect(await recorded()).toHaveLength(1);
    });

    it('but not against what is known', async () => {
      till.bank.behaviour = () => 'fail';
      await submit(till.item(HandOver, { basketId }));
      await until(async () => (await stateOf('till.HandOver')) === 'parked', { what: 'it is parked' });
      await submit(till.item(KeepBack, { basketId }));
      await until(async () => (await stateOf('till.KeepBack')) === 'parked', { what: 'the question is parked' });
      expect(await settle(await idOf('till.HandOver'), { body: { basketId }, note: 'the customer has it' })).toMatchObject({ status: 200 });
      const id = await idOf('till.KeepBack');
      expect(await settle(id, { body: { basketId }, note: 'kept' })).toMatchObject({ status: 409, body: { code: 'contradiction' } });
      expect(await settle(id, { outcome: 'till.TooLate', body: { basketId }, note: 'gone' })).toMatchObject({ status: 200 });
      expect(await said()).toEqual(
        expect.arrayContaining(['duet.MessageParked', 'till.HandedOver', 'duet.MessageFreed', 'till.TooLate', 'duet.MessageFreed']),
      );
      expect(await said()).not.toContain('till.KeptBack');
    });

    it('but not while the outside world is being asked, about the action or about its undo', async () => {
      till.bank.behaviour = ({ what }) => (what === 'take' ? 'hang' : 'ok');
      await submit(till.item(TakeMoney, { basketId, amount: 5 }));
      await submit(till.item(ReturnMoney, { basketId }));
      const undo = { outcome: 'till.MoneyReturned', body: { basketId, was: 'done' }, note: 'given back in cash' };
      expect(await settle(await idOf('till.TakeMoney'), money())).toMatchObject({ status: 409, body: { code: 'calling' } });
      expect(await settle(await idOf('till.ReturnMoney'), undo)).toMatchObject({ status: 409, body: { code: 'calling' } });
      till.bank.release();
      await until(async () => (await said()).length === 2, { what: 'it is done and undone' });
      expect(await said()).toEqual(['till.MoneyTaken', 'till.MoneyReturned']);
    });

    it.each([
      [
        'an outcome that is none',
        { outcome: 'till.ItemHeld', body: {} },
        '/outcome',
        'outcome must be till.MoneyTaken or till.MoneyRefused',
      ],
      ['a body that is none', { body: { basketId: 'b' } }, '/body/receipt', 'receipt is missing in a till.MoneyTaken'],
      ['a field that nobody knows', { body: { basketId: 'b', receipt: 'r', more: 1 } }, '/body/more', 'more is not a field'],
      ['no note', { note: '' }, '/note', 'note must have at least 1 character'],
    ])('not with %s', async (_, wrong, path, text) => {
      const id = await parkedMoney();
      const { status, body } = await settle(id, { ...money(), ...wrong });
      expect(status).toBe(422);
      expect(body.errors).toMatchObject([{ path, text: expect.stringContaining(text) as string }]);
      expect(await stateOf('till.TakeMoney')).toBe('parked');
    });
  });

  describe('gives it up', () => {
    const hopeless = { sku: 'hopeless', quantity: 1 };
    /** An item that can never be held: its message waits for a person, and nothing has happened outside. */
    async function parkedItem(): Promise<string> {
      await submit(till.item(HoldItem, { basketId, ...hopeless }));
      expect(await stateOf('till.HoldItem')).toBe('parked');
      return idOf('till.HoldItem');
    }

    it('and an action is refused, so that its saga turns back; who did it is noted, and told to nobody', async () => {
      const id = await parkedItem();
      await submit(till.item(HandOver, { basketId }));
      const reason = { code: 'dropped', text: 'till.HoldItem was given up by hand' };
      const outcome = { type: 'till.ItemRefused', body: { basketId, reason } };
      const text = 'till.HoldItem is given up for good, and till.ItemRefused was told';
      expect(await drop(id)).toMatchObject({ status: 200, body: { state: 'dropped', text, outcome, reason } });
      await until(async () => (await said()).length === 4, { what: 'what waited behind it goes on' });
      expect(await said()).toEqual(['duet.MessageParked', 'till.ItemRefused', 'duet.MessageFreed', 'till.HandedOver']);
      expect(await recorded()).toEqual([{ did: 'drop', step: 'till.HoldItem', known: true, actor: 'zoe', note: 'it will never work' }]);
      const told = await till.sql<{ headers: Record<string, string>; value: string }>(
        "select headers, value from duet.outbox where saga_id = $1 and headers ->> 'ce_type' in ('till.ItemRefused', 'duet.MessageFreed') order by seq",
        [basketId],
      );
      expect(told.map(({ headers }) => headers['ce_void'])).toEqual([undefined, undefined]);
      expect(JSON.parse(told[1]?.value ?? '')).toMatchObject({ command: 'till.HoldItem', by: 'drop' });
      expect(JSON.stringify(told)).not.toContain('zoe');
    });

    it('once, whoever says it again; and it is never done, whoever asks for it', async () => {
      const id = await parkedItem();
      const both = await Promise.all([drop(id), drop(id)]);
      expect(both.map(({ status }) => status)).toEqual([200, 200]);
      expect(await drop(id)).toMatchObject({ status: 200, body: both[0].body });
      for (const again of [await drop(id, 'another reason'), await drop(id, undefined, 'yan'), await redrive(id)])
        expect(again).toMatchObject({
          status: 409,
          body: { code: 'dropped', detail: 'Nothing was done: it is not held any more: it was dropped by zoe.' },
        });
      await submit(till.item(HoldItem, { basketId, sku: 'tea', quantity: 1 }));
      await submit(till.item(DropItem, { basketId }));
      expect(await said()).toEqual(['duet.MessageParked', 'till.ItemRefused', 'duet.MessageFreed', 'till.ItemDropped']);
      expect(await recorded()).toHaveLength(1);
      expect(await till.held(basketId)).toEqual([]);
    });

    it('once, also where it is said twice in one unit of work', async () => {
      const heldId = await parkedItem();
      const told: unknown[] = [];
      const decision = { is: 'drop', actor: 'zoe', note: 'no' } as const;
      const item = {
        is: 'decision',
        ref: { process: 'basket', saga: basketId },
        heldId,
        decision,
        told: (why: unknown) => told.push(why),
      } as const;
      await submit(item, item);
      expect(told).toEqual([undefined, expect.objectContaining({ code: 'not-held' })]);
      expect(await recorded()).toHaveLength(1);
    });

    it('but not while its effect outside is uncertain: then its undo goes by the key', async () => {
      const id = await parkedMoney();
      expect(await drop(id)).toMatchObject({ status: 409, body: { code: 'unknown-outcome' } });
      await submit(till.item(ReturnMoney, { basketId }));
      await until(async () => (await stateOf('till.ReturnMoney')) === 'parked', { what: 'the undo is parked' });
      expect(await drop(id)).toMatchObject({ status: 409, body: { code: 'unknown-outcome' } });
      expect(await drop(await idOf('till.ReturnMoney'))).toMatchObject({ status: 409, body: { code: 'settle-only' } });
      expect(await recorded()).toEqual([]);
      till.bank.behaviour = () => 'ok';
      expect(await redrive(await idOf('till.ReturnMoney'))).toMatchObject({ status: 200, body: { state: 'done' } });
      expect(till.bank.asked.filter(({ what, of }) => what === 'return' && of === `basket/${basketId}/till.TakeMoney`)).not.toEqual([]);
      expect(await till.held(basketId)).toEqual([]);
    });

    it('and where its undo waits already, nothing more follows from its refusal', async () => {
      const id = await parkedItem();
      const undo = jest.spyOn(TillStore.prototype, 'drop').mockRejectedValue(new NotRetryable('the shelf is locked'));
      await submit(till.item(DropItem, { basketId }));
      expect(await stateOf('till.DropItem')).toBe('parked');
      expect(await drop(id)).toMatchObject({ status: 200, body: { state: 'dropped' } });
      undo.mockRestore();
      expect(await redrive(await idOf('till.DropItem'))).toMatchObject({ status: 200, body: { state: 'done' } });
      const told = await till.sql<{ type: string; isVoid: string | null }>(
        `select headers ->> 'ce_type' as type, headers ->> 'ce_void' as "isVoid" from duet.outbox where saga_id = $1 and topic = 'till.events' order by seq`,
        [basketId],
      );
      expect(told).toEqual([
        { type: 'till.ItemRefused', isVoid: '1' },
        { type: 'till.ItemDropped', isVoid: null },
      ]);
    });

    it('but not while its call is under way', async () => {
      till.bank.behaviour = () => 'hang';
      await submit(till.item(TakeMoney, { basketId, amount: 5 }));
      expect(await drop(await idOf('till.TakeMoney'))).toMatchObject({ status: 409, body: { code: 'calling' } });
      till.bank.release();
      await until(async () => (await said()).length > 0, { what: 'the bank has answered' });
      expect(await said()).toEqual(['till.MoneyTaken']);
    });

    it('and what was merely heard goes, and never comes again', async () => {
      till.bank.behaviour = () => 'fail';
      const heard = till.item(BasketPaid, { basketId });
      await submit(heard);
      await until(async () => (await stateOf('hears')) === 'parked', { what: 'the mail is parked' });
      const id = await idOf('hears');
      const done = { status: 200, body: { state: 'dropped', text: 'it is given up, and nothing follows from it' } };
      expect([await drop(id), await drop(id)]).toMatchObject([done, done]);
      till.bank.behaviour = () => 'ok';
      expect(await till.sql('select state from duet.step where saga_id = $1', [basketId])).toEqual([{ state: 'tombstone' }]);
      await till.sql('delete from duet.inbox where saga_id = $1', [basketId]);
      await submit(heard);
      expect(await till.notes(basketId)).toEqual([]);
      expect(await till.held(basketId)).toEqual([]);
      expect(await said()).toEqual(['duet.MessageParked', 'duet.MessageFreed']);
      expect(await recorded()).toMatchObject([{ did: 'drop', step: 'hears' }]);
    });

    it('also what nobody can read: it goes for good, though the broker brings it again', async () => {
      const topic = `${till.prefix}till.commands`;
      await broker.send([{ topic, key: basketId, value: 'no JSON', headers: { ce_type: 'till.TakeMoney', ce_id: basketId } }]);
      const aside = () =>
        till.sql<{ id: string }>("select id from duet.held where state = 'aside' and convert_from(message_key, 'utf8') = $1", [basketId]);
      const [row] = await until(async () => ((await aside()).length > 0 ? aside() : undefined), { what: 'it is set aside' });
      const id = row?.id ?? '';
      const done = { status: 200, body: { state: 'dropped', text: 'what nobody could read is gone' } };
      expect([await drop(id), await drop(id)]).toMatchObject([done, done]);
      expect(await drop(id, 'another reason')).toMatchObject({ status: 409, body: { code: 'dropped' } });
      expect(await till.sql('select process, saga_id, step, did, actor, note from duet.operation where message_id = $1', [id])).toEqual([
        { process: null, saga_id: null, step: '', did: 'drop', actor: 'zoe', note: 'it will never work' },
      ]);
      expect(await aside()).toEqual([]);
      const group = basketId;
      const rewound: Broker = Object.assign(Object.create(cluster.broker()) as Broker, {
        consume: (options: Parameters<Broker['consume']>[0]) => cluster.broker().consume({ ...options, group }),
      });
      await till.replica(settings, { broker: rewound, quiet: true });
      const read = async () => [...(await broker.committedOffsets(group, topic)).values()].reduce((sum, offset) => sum + offset, 0n);
      await until(read, { what: 'it is read again' });
      expect(await aside()).toEqual([]);
    });
  });

  it('is listed with what it came to, the latest first, by name and by saga', async () => {
    const id = await parkedMoney();
    const list = (query: string) => request<{ items: object[]; next?: string }>('GET', `${url}/held/operations?${query}`);
    await redrive(id);
    const about = { actor: 'zoe', process: 'basket', saga: basketId, task: 'till.TakeMoney' };
    expect((await list(`saga=${basketId}`)).body).toMatchObject({
      items: [{ ...about, did: 'redrive', note: null, state: 'parked', reason: 'BankUnavailable: the bank answered 503' }],
    });
    await settle(id, money(), 'yan');
    const { items } = (await list(`saga=${basketId}`)).body;
    expect(items).toMatchObject([
      { ...about, did: 'settle', actor: 'yan', note: 'taken in cash', state: 'done', reason: null },
      { ...about, did: 'redrive', state: 'done' },
    ]);
    expect((await list(`saga=${basketId}&actor=yan`)).body.items).toEqual([items[0]]);
    expect((await list('actor=nobody')).body).toEqual({ items: [] });
    const first = (await list(`saga=${basketId}&limit=1`)).body;
    expect(first.items).toEqual([items[0]]);
    expect((await list(`saga=${basketId}&limit=1&cursor=${first.next}`)).body).toEqual({ items: [items[1]] });
    // Over all sagas, too.
    expect((await list('limit=1')).body.items).toEqual([items[0]]);
    for (const query of ['limit=0', 'cursor=0', 'actor=%00', 'saga=a&saga=b'])
      expect({ query, status: (await list(query)).status }).toEqual({ query, status: 400 });
  });

  it('must say who it is, and what is held', async () => {
    const id = await parkedMoney();
    for (const [what, body] of [
      ['redrive', undefined],
      ['settle', money()],
      ['drop', { note: 'no' }],
    ] as const) {
      expect(await post(id, what, body, ' ')).toMatchObject({ status: 400, body: { code: 'no-actor' } });
      await submit(till.item(HoldItem, { basketId, sku: 'tea', quantity: 1 }, { id: basketId }));
      for (const unknown of [`${basketId}#shop.DoSomething`, 'nothing', `${randomUUID()}#till.TakeMoney`, '\u0000', '#'])
        expect((await post(unknown, what, body)).status).toBe(404);
    }
    expect(await recorded()).toEqual([]);
  });

  it('can do nothing about what nobody can read', async () => {
    const id = `aside:${basketId}`;
    await till.sql("insert into duet.held (id, task, topic, headers, state) values ($1, '', 'till.commands', '{}', 'aside')", [id]);
    expect(await redrive(id)).toMatchObject({ status: 409, body: { code: 'aside' } });
    expect(await settle(id, money())).toMatchObject({ status: 409, body: { code: 'aside' } });
  });

  it('finds it documented', async () => {
    const { body } = await request<{ paths: Record<string, { post: { parameters: { name: string }[]; responses: object } }> }>(
      'GET',
      `${url}/openapi.json`,
    );
    for (const what of ['redrive', 'settle', 'drop']) {
      const { parameters, responses } = body.paths[`/held/{id}/${what}`]?.post ?? { parameters: [], responses: {} };
      expect(parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(['X-Actor', 'id']));
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '202', 'default']));
    }
  });
});
