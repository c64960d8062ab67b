import { wireName } from '@duet/message';
import { badMessages, changed, rightMessage } from '@duet/probe';
import { declarations } from '@duet/system';
import { RawProducer, recordBatch, until } from '@duet/testbed';
import { asideAt } from './aside.store';
import type { Place } from './place';

/** Sends bad messages to every topic of commands, which has one reader for certain, and waits until all are set aside. @throws NotInTime */
export async function poison({ system, broker }: Place, withinMs: number): Promise<void> {
  const owners = declarations.filter(({ handles }) => handles.length > 0).map(({ name, handles }) => ({ name, command: handles[0] }));
  const aside = async (): Promise<number> =>
    (await Promise.all(owners.map(({ name }) => asideAt(system.databaseUrl(name))))).reduce((sum, count) => sum + count, 0);
  const before = await aside();
  const bad = owners.map(({ name, command }) => ({
    topic: `${system.prefix}${name}.commands`,
    messages: badOnes(command && wireName(command)),
  }));
  const count = bad.reduce((sum, { messages }) => sum + messages.length, 0);
  const send = async (): Promise<boolean> => {
    const producer = await RawProducer.to(broker.brokers);
    try {
      for (const { topic, messages } of bad) await producer.send(topic, 0, recordBatch(messages));
      return true;
    } finally {
      producer.close();
    }
  };
  // The broker may have to recover from the fault before.
  await until(send, { what: 'bad messages are sent', deadline: withinMs });
  await until(async () => (await aside()) >= before + count, { what: `${count} bad messages are set aside`, deadline: withinMs });
}

/** Of the corpus those that fit into one batch together. */
const badOnes = (command = 'nobody.DoMagic') =>
  badMessages.map(({ change }) => changed(rightMessage(command), change)).filter((one) => recordBatch([one]).length < 4_096);
