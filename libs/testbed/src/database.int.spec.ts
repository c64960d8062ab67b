import { query, testDatabase, testInfra, until } from './index';

jest.setTimeout(120_000); // the first test of a machine fetches Kafka

it('finds the same broker and database server for every test', async () => {
  const { brokers, adminUrl } = await testInfra();
  expect(brokers[0]).toMatch(/^[^:]+:\d+$/);
  await expect(query(adminUrl, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
});

it('gives many suites at once a database each, whose role may do what a service does and reach no other', async () => {
  const databases = await Promise.all(Array.from({ length: 6 }, () => testDatabase('suite')));
  const [mine, other] = databases;
  await query(mine!.url, 'create table stock (sku text primary key)');
  await expect(query(mine!.url, 'select * from stock')).resolves.toEqual([]);
  const foreign = new URL(mine!.url);
  foreign.pathname = new URL(other!.url).pathname;
  await expect(query(foreign.href, 'select 1')).rejects.toThrow(/permission denied for database/);
  await Promise.all(databases.map((database) => database.drop()));
});

it('dropping ends open connections and leaves neither database nor role', async () => {
  const database = await testDatabase();
  const busy = expect(query(database.url, 'select pg_sleep(600)')).rejects.toThrow();
  const { adminUrl } = await testInfra();
  const name = new URL(database.url).username;
  await until(async () => (await query(adminUrl, 'select 1 from pg_stat_activity where usename = $1', [name])).length === 1, {
    what: 'it is in use',
  });
  await database.drop();
  await database.drop();
  await busy;
  await expect(query(adminUrl, 'select datname from pg_database where datname = $1', [name])).resolves.toEqual([]);
  await expect(query(adminUrl, 'select rolname from pg_roles where rolname = $1', [name])).resolves.toEqual([]);
});

it('a database that a dead test run left is dropped by a later one, a young one is not', async () => {
  const { adminUrl } = await testInfra();
  const old = `suite_${(Date.now() - 4 * 60 * 60_000).toString(36)}_t0123456789`;
  const young = `suite_${(Date.now() - 60_000).toString(36)}_t0123456789`;
  await query(adminUrl, `create database "${old}"`);
  await query(adminUrl, `create database "${young}"`);
  const database = await testDatabase();
  const left = await query(adminUrl, `select datname as name from pg_database where datname in ('${old}', '${young}')`);
  await query(adminUrl, `drop database "${young}"`);
  await database.drop();
  expect(left).toEqual([{ name: young }]);
});
