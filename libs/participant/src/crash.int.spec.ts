import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@duet/testbed';
import { Harness } from './fixture/harness.fixture';
import { BasketPacked, DropItem, HoldItem, TakeMoney } from './fixture/till.messages.fixture';

jest.setTimeout(90_000);

/** A paused reader is given up by the broker after its session timeout. */
const takeOver = 40_000;

describe('replicas that die, stall and race', () => {
  let till: Harness;
  let gate: string;
  beforeEach(async () => {
    till = await Harness.start();
    gate = join(mkdtempSync(join(tmpdir(), 'till-')), 'hold-sends');
  });
  afterEach(() => till.stop());
  const open = (): void => rmSync(gate, { force: true });
  const shut = (): void => writeFileSync(gate, '');
  const unsent = async (): Promise<number> =>
    Number((await till.sql<{ n: string }>('select count(*) as n from duet.outbox where sent_at is null'))[0]?.n);

  it('three replicas read two messages of one saga from two topics at once: each step happens once', async () => {
    await Promise.all([till.replica(), till.replica(), till.replica()]);
    const baskets = Array.from({ length: 300 }, () => randomUUID());
    await till.tellAll(
      baskets.flatMap((basketId) => {
        const item = { basketId, sku: 'tea', quantity: 1 };
        return [
          [BasketPacked, { ...item, amount: 1 }],
          [DropItem, { basketId }],
          [HoldItem, item],
        ] as const;
      }),
    );
    await until(() => baskets.every((basketId) => till.said(basketId).length === 2), {
      what: 'two answers for each basket',
      deadline: 30_000,
    });
    const held = ['till.ItemHeld', 'till.ItemDropped'];
    const dropped = ['till.ItemDropped', 'till.ItemRefused (void)'];
    for (const basketId of baskets) expect([held, dropped]).toContainEqual(till.said(basketId));
    const [tea] = await till.sql<{ held: string }>("select held from item where sku = 'tea'");
    expect(Number(tea?.held)).toBe(0);
  });

  it('killed after the commit and before the send: the message goes out all the same', async () => {
    shut();
    const first = await till.child({ HOLD_SENDS: gate });
    const basketId = randomUUID();
    await till.tell(HoldItem, { basketId, sku: 'tea', quantity: 1 });
    await until(async () => (await unsent()) === 1, { what: 'the outcome is committed and not sent' });
    await first.kill('SIGKILL');
    await till.replica();
    await till.hears(basketId, ['till.ItemHeld'], takeOver);
    await until(async () => (await unsent()) === 0, { what: 'it is marked as sent' });
  });

  it('killed after the outside call and before its record: called again with the same key, recorded once', async () => {
    till.bank.behaviour = () => 'hang';
    const first = await till.child();
    const basketId = randomUUID();
    const key = `basket/${basketId}/till.TakeMoney`;
    await till.tell(TakeMoney, { basketId, amount: 5 });
    await until(() => till.bank.times('take', key) === 1, { what: 'the bank was asked' });
    await first.kill('SIGKILL');
    till.bank.behaviour = () => 'ok';
    await till.replica();
    await till.hears(basketId, ['till.MoneyTaken'], takeOver);
    expect(till.bank.times('take', key)).toBe(2);
    expect(await till.notes(basketId)).toEqual(['taken']);
  });

  it('stalled with an unsent message while another replica goes on: nobody hears the second before the first', async () => {
    shut();
    const first = await till.child({ HOLD_SENDS: gate });
    const basketId = randomUUID();
    await till.tell(HoldItem, { basketId, sku: 'tea', quantity: 1 });
    await until(async () => (await unsent()) === 1, { what: 'the first message is committed and not sent' });
    first.pause();
    // Its relay looks seldom, so that it handles the second message while the first is still unsent.
    await till.replica({ relayEveryMs: 25_000 });
    await till.tell(DropItem, { basketId });
    await until(async () => (await unsent()) === 2, { what: 'the second message is committed behind the first', deadline: takeOver });
    expect(till.said(basketId)).toEqual([]);
    await till.hears(basketId, ['till.ItemHeld', 'till.ItemDropped'], takeOver);
    open();
    first.resume();
    await until(() => till.events.filter(({ saga }) => saga === basketId).length >= 3, {
      what: 'the first replica sends its message late',
      deadline: takeOver,
    });
    expect(till.said(basketId)).toEqual(['till.ItemHeld', 'till.ItemDropped']);
    await first.kill('SIGKILL');
  });

  it('paused inside a transaction: the others go on, and what it did not commit is done once', async () => {
    till.bank.behaviour = ({ what }, times) => (what === 'think' && times === 1 ? 'hang' : 'ok');
    const first = await till.child();
    const basketId = randomUUID();
    await till.tell(HoldItem, { basketId, sku: 'thoughtful', quantity: 2 });
    await until(() => till.bank.times('think') === 1, { what: 'the handler runs inside its transaction' });
    first.pause();
    await till.replica();
    await till.hears(basketId, ['till.ItemHeld'], takeOver);
    till.bank.release();
    first.resume();
    await till.tell(DropItem, { basketId });
    await till.hears(basketId, ['till.ItemHeld', 'till.ItemDropped'], takeOver);
    const [row] = await till.sql<{ held: string }>("select held from item where sku = 'thoughtful'");
    expect(Number(row?.held)).toBe(0);
    await first.kill('SIGKILL');
  });
});
