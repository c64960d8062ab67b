import { randomUUID } from 'node:crypto';
import { until } from '@duet/testbed';
import { asideAt } from './aside.store';
import type { Place } from './place';

/** Sends bad messages to every topic of commands, which has one reader for certain, and waits until all are set aside. @throws NotInTime */
export async function poison({ system, apps }: Place, withinMs: number): Promise<void> {
  const owners = apps.filter((app) => !['notification', 'orchestrator'].includes(app));
  const aside = async (): Promise<number> =>
    (await Promise.all(owners.map((app) => asideAt(system.databaseUrl(app))))).reduce((sum, count) => sum + count, 0);
  const before = await aside();
  const bad = owners.flatMap((app) => badOnes(`${system.prefix}${app}.commands`, app));
  // Its connection, too, may have to recover from the fault before.
  await until(() => system.broker.send(bad).then(() => true), { what: 'bad messages are sent', deadline: withinMs });
  await until(async () => (await aside()) >= before + bad.length, { what: `${bad.length} bad messages are set aside`, deadline: withinMs });
}

/** Each is right but for one thing. */
function badOnes(topic: string, app: string) {
  const saga = randomUUID();
  const headers = {
    ce_specversion: '1.0',
    ce_id: randomUUID(),
    ce_source: '/test',
    ce_type: `${app}.DoMagic`,
    ce_time: '2026-01-01T00:00:00Z',
    ce_subject: saga,
    ce_dataschema: `/${app}/DoMagic/1`,
    'content-type': 'application/json',
    ce_correlationid: saga,
    ce_process: 'place-order',
    ce_style: 'choreography',
    ce_hop: '1',
    ce_seq: '1',
    ce_facts: '{}',
  };
  return [
    { topic, key: saga, value: '{}', headers },
    { topic, key: saga, value: '{}', headers: { ...headers, ce_style: 'tango' } },
    { topic, key: saga, value: '{}', headers: { ...headers, ce_hop: '65' } },
    { topic, key: saga, value: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), headers: {} },
  ];
}
