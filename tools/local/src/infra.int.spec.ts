import { query, testInfra, unique, until } from '@duet/testbed';
import { spawn } from 'node:child_process';
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Infra, InfraStatus } from './infra.mjs';
import { localFolder, workspaceRoot } from './files.mjs';
import { startOf } from './processes.mjs';
import { infra, programs, scratch, type Ended } from './scratch.fixture';

jest.setTimeout(240_000); // Kafka takes seconds to start, and is fetched on a machine's first run

const name = `spec-${unique()}`;
const folder = resolve(localFolder(workspaceRoot), name);
const result = <T>({ code, out, err }: Ended): T => {
  if (code !== 0) throw new Error(err);
  return JSON.parse(out.trim().split('\n').at(-1) ?? '') as T;
};
const up = async (env: NodeJS.ProcessEnv = {}): Promise<Infra> => result(await infra(['up', '--json', '--name', name], env));
const status = async (): Promise<InfraStatus> => JSON.parse((await infra(['status', '--json', '--name', name])).out) as InfraStatus;
const kafkaPid = async (): Promise<number> => (await status()).kafka.pid ?? 0;

beforeAll(async () => void (await up()));
afterAll(async () => {
  expect((await infra(['reset', '--name', name])).code).toBe(0);
});

describe('up', () => {
  it('finds what runs already, and prints where it is as its only line', async () => {
    const before = await status();
    expect(before).toMatchObject({ name, folder, kafka: { source: 'local', running: true }, postgres: { source: 'local', running: true } });
    const { code, out, err } = await infra(['up', '--json', '--name', name]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toEqual({
      name,
      brokers: before.kafka.at,
      databaseUrl: `postgres://postgres:postgres@${before.postgres.at}/postgres`,
    });
    expect(await status()).toEqual(before);
  });

  it('starts one of each when two of it run at once, and again what was killed, with its data', async () => {
    const { databaseUrl } = await up();
    await query(databaseUrl, 'create table kept (id int)');
    const before = await status();
    process.kill(before.kafka.pid!, 'SIGKILL');
    process.kill(before.postgres.pid!, 'SIGKILL');
    await until(async () => (await infra(['status', '--name', name])).code === 1, { what: 'both are gone', deadline: 20_000 });
    const [one, two] = await Promise.all([infra(['up', '--json', '--name', name]), infra(['up', '--json', '--name', name])]);
    expect(result(one)).toEqual(result(two));
    const told = one.err + two.err;
    expect(told).toContain(`Kafka's process ${before.kafka.pid} is gone without having been stopped; starting it again`);
    expect(told).toContain(`PostgreSQL's process ${before.postgres.pid} is gone without having been stopped; starting it again`);
    expect(told.match(/starting Kafka on port \d+ …/g)).toHaveLength(1);
    expect(told).not.toContain('half written');
    await expect(query(result<Infra>(one).databaseUrl, 'select * from kept')).resolves.toEqual([]);
    const after = await status();
    expect([after.kafka.at, after.postgres.at]).toEqual([before.kafka.at, before.postgres.at]);
  });

  it('goes on where an interrupted one stopped', async () => {
    await infra(['down', '--name', name]);
    await infra(['up', '--name', name], {}, (progress, kill) => {
      if (/starting Kafka on port/.test(progress)) kill();
    });
    const started = await kafkaPid();
    expect(started).toBeGreaterThan(0);
    await up();
    await expect(kafkaPid()).resolves.toBe(started);
  });

  it('builds half-written data folders again, and says so', async () => {
    await infra(['down', '--name', name]);
    await rm(resolve(folder, 'kafka/complete.json'));
    await rm(resolve(folder, 'postgres/complete.json'));
    const { err } = await infra(['up', '--name', name]);
    expect(err).toContain(
      `Kafka's data folder ${resolve(folder, 'kafka/data')} was only half written (a start was interrupted); building it again`,
    );
    expect(err).toContain(
      `PostgreSQL's data folder ${resolve(folder, 'postgres/data')} was only half written (a start was interrupted); building it again`,
    );
    await expect(status()).resolves.toMatchObject({ kafka: { running: true }, postgres: { running: true } });
  });

  it('is not misled by a pid that another program has now', async () => {
    await infra(['down', '--name', name]);
    await writeFile(resolve(folder, 'postgres/data/postmaster.pid'), `${process.pid}\n${folder}\n`);
    await writeFile(resolve(folder, 'kafka/process.json'), JSON.stringify({ pid: process.pid, started: 'before the reboot', port: 1 }));
    const { code, err } = await infra(['up', '--name', name]);
    expect(code).toBe(0);
    expect(err).toContain(`removing PostgreSQL's stale pid file (process ${process.pid} is another program)`);
    expect(err).toContain(`Kafka's process ${process.pid} is gone`);
  });

  it('stops a database server that it had lost sight of before it starts another one on the same data', async () => {
    const { postgres } = await status();
    await rm(resolve(folder, 'postgres/process.json'));
    const { code, err } = await infra(['up', '--name', name]);
    expect(code).toBe(0);
    expect(err).toContain(
      `PostgreSQL already runs on these data as process ${postgres.pid}, started by an interrupted command; stopping it first`,
    );
    await expect(startOf(postgres.pid!)).resolves.toBeUndefined();
  });

  it('says what to do when the data were made with another password', async () => {
    const { code, err } = await infra(['up', '--name', name], { DUET_POSTGRES_PASSWORD: 'another' });
    expect(code).toBe(1);
    expect(err).toContain('were made with another password: set DUET_POSTGRES_PASSWORD as it was then');
  });

  it('says how much space is wanted when the disk is full', async () => {
    const { code, err } = await infra(['up', '--name', `${name}-full`], { DUET_MIN_FREE_MIB: String(2 ** 40) });
    await infra(['reset', '--name', `${name}-full`]);
    expect(code).toBe(1);
    expect(err).toMatch(/^duet: Only \d+ MiB are free on the disk of .* set DUET_MIN_FREE_MIB lower\.\n$/);
  });
});

it('is kept up while a system runs on it: what was killed is started again, and what was stopped stays so', async () => {
  await up();
  const keeper = spawn(process.execPath, [resolve(__dirname, 'keep-up.fixture.mjs'), name], {
    env: { ...process.env, KAFKA_BROKERS: '', DATABASE_URL: '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  keeper.stderr.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const ended = new Promise((done) => keeper.on('close', done));
  const before = await status();
  process.kill(before.kafka.pid!, 'SIGKILL');
  process.kill(before.postgres.pid!, 'SIGKILL');
  const bothAgain = async () => {
    const { kafka, postgres } = await status();
    return kafka.running && postgres.running && kafka.pid !== before.kafka.pid && postgres.pid !== before.postgres.pid;
  };
  await until(bothAgain, { what: 'both run again', deadline: 60_000 });
  expect(told).toContain(`Kafka's process ${before.kafka.pid} is gone without having been stopped; starting it again`);
  const isUp = (what: string): boolean => new RegExp(`starting ${what} on port \\d+: done`).test(told);
  await until(() => isUp('Kafka') && isUp('PostgreSQL'), { what: 'it has said all that it has to say of that', deadline: 60_000 });
  told = '';
  await infra(['down', '--name', name]);
  keeper.kill();
  await ended;
  expect(told).not.toContain('starting');
  await expect(status()).resolves.toMatchObject({ kafka: { running: false }, postgres: { running: false } });
  await up();
});

describe('each service has a database and a role of its own', () => {
  let urls: Record<string, string>;
  beforeAll(async () => {
    // Two at once: npm start and somebody's own command.
    const [one, two] = await Promise.all([infra(['databases', '--json', '--name', name]), infra(['databases', '--json', '--name', name])]);
    urls = result<{ services: Record<string, string> }>(one).services;
    expect(result<{ services: unknown }>(two).services).toEqual(urls);
  });
  const at = (url: string, database: string): string => {
    const other = new URL(url);
    other.pathname = `/${database}`;
    return other.href;
  };

  it('in which it can make tables', async () => {
    expect(Object.keys(urls)).toEqual([
      'order',
      'inventory',
      'payment',
      'shipping',
      'notification',
      'orchestrator',
      'analytics',
      'observer',
    ]);
    for (const url of Object.values(urls)) {
      await query(url, 'create table mine (secret text)');
      await expect(query(url, 'select * from mine')).resolves.toEqual([]);
    }
  });

  it('and can reach no other, nor the server’s own databases', async () => {
    for (const [service, url] of Object.entries(urls)) {
      const foreign = [...Object.keys(urls).filter((other) => other !== service), 'postgres', 'template1'];
      for (const database of foreign) {
        await expect(query(at(url, database), 'select 1')).rejects.toThrow(`permission denied for database "${database}"`);
      }
    }
  });

  it('and no rights to get at them another way', async () => {
    const payment = urls['payment'] ?? '';
    await expect(query(payment, 'create role helper')).rejects.toThrow('permission denied');
    await expect(query(payment, 'set role inventory')).rejects.toThrow('permission denied');
    await expect(query(payment, 'create database copy template inventory')).rejects.toThrow('permission denied');
    await expect(query(payment, `select pg_read_file('postgresql.conf')`)).rejects.toThrow('permission denied');
  });

  it('and none gets in with another password, or after it was changed with the old one', async () => {
    const payment = urls['payment'] ?? '';
    const changed = await infra(['databases', '--json', '--name', name], { DUET_PAYMENT_DB_PASSWORD: 'p:@/ß' });
    const { payment: fresh } = result<{ services: Record<string, string> }>(changed).services;
    await expect(query(fresh ?? '', 'select * from mine')).resolves.toEqual([]);
    await expect(query(payment, 'select 1')).rejects.toThrow('password authentication failed');
    await infra(['databases', '--name', name]);
    await expect(query(payment, 'select * from mine')).resolves.toEqual([]);
  });
});

describe('down and reset', () => {
  it('down leaves no process, keeps the data, and can be repeated', async () => {
    await up();
    const { kafka, postgres } = await status();
    const { code, out } = await infra(['down', '--name', name]);
    expect({ code, out }).toEqual({ code: 0, out: `"${name}" is stopped; its data stay in ${folder}\n` });
    for (const pid of [kafka.pid!, postgres.pid!]) await expect(startOf(pid)).resolves.toBeUndefined();
    const after = await infra(['status', '--name', name]);
    expect(after.code).toBe(1);
    expect(after.out).toMatch(/^Kafka +stopped {2}\(local\)\nPostgreSQL +stopped {2}\(local\)\n/);
    expect((await infra(['down', '--name', name])).code).toBe(0);
    await access(resolve(folder, 'kafka/data'));
  });

  it('reset says what it deleted, and then that there is nothing', async () => {
    await mkdir(folder, { recursive: true });
    await expect(infra(['reset', '--name', name])).resolves.toMatchObject({ code: 0, out: `"${name}" is stopped; deleted ${folder}\n` });
    await expect(access(folder)).rejects.toThrow();
    await expect(infra(['reset', '--name', name])).resolves.toMatchObject({ code: 0, out: `"${name}" had no data\n` });
  });
});

describe('what the environment names comes first', () => {
  it('and nothing is started beside it', async () => {
    const { brokers, adminUrl } = await testInfra();
    const env = { KAFKA_BROKERS: brokers.join(','), DATABASE_URL: adminUrl };
    await expect(up(env)).resolves.toEqual({ name, brokers: env.KAFKA_BROKERS, databaseUrl: adminUrl });
    const { out } = await infra(['status', '--name', name], env);
    expect(out).toContain(`Kafka       running  (environment, ${env.KAFKA_BROKERS})`);
    await expect(access(resolve(folder, 'kafka'))).rejects.toThrow();
    await expect(access(resolve(folder, 'postgres'))).rejects.toThrow();
  });

  it('and is refused with the variable’s name when nobody answers there', async () => {
    const { brokers, adminUrl } = await testInfra();
    const kafka = await infra(['up', '--name', name], { KAFKA_BROKERS: 'nonsense', DATABASE_URL: adminUrl });
    expect(kafka).toMatchObject({
      code: 1,
      err: 'duet: KAFKA_BROKERS names nonsense, where no Kafka broker answers: start it, correct the variable, or unset it.\n',
    });
    const postgres = await infra(['up', '--name', name], {
      KAFKA_BROKERS: brokers.join(','),
      DATABASE_URL: 'postgres://nobody:wrong@127.0.0.1:1/x',
    });
    expect(postgres.code).toBe(1);
    expect(postgres.err).toMatch(/^duet: DATABASE_URL does not work \(.+\): start that server, correct the variable, or unset it\.\n$/);
  });
});

describe('without Java', () => {
  /** A Docker that notes what it is asked and with which ports, and an engine that does or does not answer. */
  const docker = (engine: 'up' | 'down', notes: string): string =>
    `echo "$DUET_KAFKA_PORT: $*" >> ${notes}; case "$1" in info) exit ${engine === 'up' ? 0 : 1};; esac`;

  it('Kafka comes from Docker if an engine answers, and down and reset reach it there', async () => {
    const { adminUrl } = await testInfra();
    const notes = resolve(await scratch(), 'notes');
    const env = { PATH: await programs({ docker: docker('up', notes) }), JAVA_HOME: '', DATABASE_URL: adminUrl };
    const { brokers } = await up(env);
    const port = brokers.split(':')[1];
    await infra(['down', '--name', name], env);
    await infra(['reset', '--name', name], env);
    const said = (await readFile(notes, 'utf8')).split('\n').filter((line) => line.includes('--project-name'));
    const compose = `compose --project-name duet-${name} --file ${resolve(workspaceRoot, 'docker-compose.yml')}`;
    expect(said).toEqual([`${port}: ${compose} up -d --wait kafka`, `: ${compose} stop`, `: ${compose} down --volumes`]);
  });

  it('and without an engine, it is one sentence that says what to install', async () => {
    const { adminUrl } = await testInfra();
    const env = { PATH: await programs({ docker: docker('down', '/dev/null') }), JAVA_HOME: '', DATABASE_URL: adminUrl };
    await expect(infra(['up', '--name', name], env)).resolves.toMatchObject({
      code: 1,
      err: 'duet: Kafka needs Java 17 or newer, and none was found: install a JDK, or start Docker, or set KAFKA_BROKERS to a broker of yours.\n',
    });
  });
});

describe('the command line', () => {
  it('explains itself', async () => {
    const { code, out } = await infra(['--help']);
    expect(code).toBe(0);
    for (const word of [
      'up',
      'databases',
      'status',
      'down',
      'reset',
      '--name',
      '--json',
      'KAFKA_BROKERS',
      'DATABASE_URL',
      'DUET_POSTGRES_PORT',
    ]) {
      expect(out).toContain(word);
    }
  });

  it.each([
    [[], 'Say one of up, databases, status, down, reset (--help explains them).'],
    [['upp'], 'Say one of up, databases, status, down, reset (--help explains them).'],
    [['toString'], 'Say one of up, databases, status, down, reset (--help explains them).'],
    [['up', 'down'], 'Say one of up, databases, status, down, reset (--help explains them).'],
    [['status', '--name', '../x'], '"../x" cannot name an instance: use up to 31 lower-case letters, digits and dashes, a letter first.'],
    [['up', '--nam', 'x'], "Unknown option '--nam'"],
  ])('refuses %j with one sentence', async (args, sentence) => {
    const { code, out, err } = await infra(args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`duet: ${sentence}`);
    expect(err.trim().split('\n')).toHaveLength(1);
  });
});
