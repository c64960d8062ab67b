import { randomUUID } from 'node:crypto';
import { memoryCluster } from '@duet/kafka';
import { query, request, TcpProxy, until } from '@duet/testbed';
import { sql } from 'kysely';
import { Client } from 'pg';
import { Database, isTransient } from './database.store';
import { Harness } from './fixture/harness.fixture';
import { HoldItem, TakeMoney } from './fixture/till.messages.fixture';
import { Participant } from './participant';

jest.setTimeout(60_000);

describe('a database that goes away', () => {
  let till: Harness;
  let wire: TcpProxy;
  beforeAll(async () => (till = await Harness.start()));
  beforeEach(async () => (wire = await TcpProxy.to(till.database.url)));
  afterEach(async () => {
    till.bank.behaviour = () => 'ok';
    await wire.cut();
  });
  afterAll(() => till.stop());
  const hold = () => ({ basketId: randomUUID(), sku: 'tea', quantity: 1 });

  it('loses nothing: what arrives meanwhile is done once when it is back, and health says so until then', async () => {
    const app = await till.replica({ databaseUrl: wire.url }, { quiet: true });
    const participant = app.get(Participant);
    const [before, meanwhile] = [hold(), hold()];
    await till.tell(HoldItem, before);
    await till.hears(before.basketId, ['till.ItemHeld']);
    await wire.cut();
    await till.tell(HoldItem, meanwhile);
    await until(() => participant.databaseHealth().then(({ ok, text }) => !ok && text.includes('a unit of work waits for it')), {
      what: 'health says that the database is away',
    });
    expect(till.said(meanwhile.basketId)).toEqual([]);
    // Who asks by REST is told to ask again, and nothing of the inside.
    const { status, headers, body } = await request<{ code: string; detail: string }>('GET', `${await till.restOf(app)}/outbox`);
    expect([status, headers.get('retry-after'), body.code]).toEqual([503, '1', 'database-away']);
    expect(body.detail).toBe('The database of this service does not answer, or has too much to do. Ask again.');
    await wire.mend();
    await till.hears(meanwhile.basketId, ['till.ItemHeld']);
    await until(() => participant.databaseHealth().then(({ ok }) => ok), { what: 'health says that it is back' });
    await app.close();
  });

  it('runs a unit again whose connections are ended by the server, in the middle of a transaction', async () => {
    till.bank.behaviour = ({ what }, times) => (what === 'think' && times === 1 ? 'hang' : 'ok');
    const app = await till.replica({}, { quiet: true });
    const thoughtful = { ...hold(), sku: 'thoughtful' };
    await till.tell(HoldItem, thoughtful);
    await until(() => till.bank.times('think', thoughtful.basketId) === 1, { what: 'the handler runs inside its transaction' });
    await query(
      till.database.url,
      'select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()',
    );
    till.bank.release();
    await till.hears(thoughtful.basketId, ['till.ItemHeld']);
    expect(till.bank.times('think', thoughtful.basketId)).toBe(2);
    await app.close();
  });

  it('runs a unit again that waited too long for a row', async () => {
    const app = await till.replica({}, { quiet: true });
    const other = new Client({ connectionString: till.database.url });
    await other.connect();
    await other.query('begin');
    await other.query("select * from item where sku = 'tea' for update");
    const waiting = hold();
    await till.tell(HoldItem, waiting);
    await until(
      () =>
        app
          .get(Participant)
          .databaseHealth()
          .then(({ text }) => text.includes('lock timeout')),
      {
        what: 'the unit has given up waiting once',
      },
    );
    await other.query('commit');
    await other.end();
    await till.hears(waiting.basketId, ['till.ItemHeld']);
    expect(await till.held(waiting.basketId)).toEqual([]);
    await app.close();
  });

  it('is taken for gone when it is silent for too long, and the connection is not used again', async () => {
    const database = new Database({ service: 'till', url: wire.url, connections: 1, silenceMs: 200 });
    const answer = () => database.connection(async (client) => (await client.query<{ n: number }>('select 1 as n')).rows[0]?.n);
    expect(await answer()).toBe(1);
    wire.freeze();
    const failure = await answer().catch((error: unknown) => error);
    expect(String(failure)).toContain('Query read timeout');
    expect(isTransient(failure)).toBe(true);
    expect(await answer()).toBe(1);
    await database.end();
  });

  it('fails a read outside a unit, and not the service, when the connection breaks under it', async () => {
    const database = new Database({ service: 'till', url: wire.url, connections: 1 });
    const reading = sql`select pg_sleep(30)`.execute(database.kysely).catch((error: unknown) => error);
    const sleeps = "select 1 from pg_stat_activity where usename = current_user and query like 'select pg_sleep%'";
    await until(async () => (await till.sql(sleeps)).length === 1, { what: 'the read is under way' });
    await wire.cut();
    expect(isTransient(await reading)).toBe(true);
    await database.end();
  });

  it('does not keep a service from stopping: a message is read again at the next start, and a call whose answer cannot be recorded is left to its lease', async () => {
    till.bank.behaviour = () => 'hang';
    const cluster = memoryCluster();
    const settings = { stopMs: 300, callLeaseMs: 60_000 };
    const app = await till.replica({ ...settings, databaseUrl: wire.url }, { quiet: true, broker: cluster.broker() });
    const paid = { basketId: randomUUID(), amount: 1 };
    await app.get(Participant).submit([till.item(TakeMoney, paid)]);
    await until(() => till.bank.times('take') === 1, { what: 'a call is in flight' });
    await wire.cut();
    const held = hold();
    await cluster.broker().send([till.probe.message(HoldItem, held.basketId, held)]);
    await until(
      () =>
        app
          .get(Participant)
          .databaseHealth()
          .then(({ text }) => text.includes('a unit of work waits for it')),
      {
        what: 'the message is in a unit',
      },
    );
    const began = Date.now();
    const closed = app.close();
    till.bank.release();
    await closed;
    expect(Date.now() - began).toBeLessThan(8_000);
    expect(await till.held(paid.basketId)).toMatchObject([{ task: 'till.TakeMoney', state: 'calling' }]);
    await till.replica(settings, { broker: cluster.broker() });
    await until(async () => (await till.sql('select 1 from hold where basket_id = $1 and held', [held.basketId])).length === 1, {
      what: 'the message is handled after all',
    });
  });
});
