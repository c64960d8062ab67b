import { randomUUID } from 'node:crypto';
import { until } from '@duet/testbed';
import { Harness } from './fixture/harness.fixture';
import { BasketPaid, HoldItem } from './fixture/till.messages.fixture';

jest.setTimeout(60_000);

describe('an event with an outside call', () => {
  let till: Harness;
  beforeAll(async () => {
    till = await Harness.start();
    await till.replica();
  });
  afterAll(() => till.stop());

  it('is acted upon once, however often it is heard and however often the call fails', async () => {
    const basketId = randomUUID();
    const id = randomUUID();
    const key = `basket/${basketId}/hears:shop.BasketPaid:${id}`;
    till.bank.behaviour = ({ what }, times) => (what === 'mail' && times < 3 ? 'fail' : 'ok');
    await till.tellAll([
      [BasketPaid, { basketId }, { id }],
      [BasketPaid, { basketId }, { id }],
    ]);
    await until(async () => (await till.notes(basketId)).length > 0, { what: 'the mail is sent' });
    expect(till.bank.times('mail', key)).toBe(3);
    await till.tell(BasketPaid, { basketId }, { id });
    await till.tell(HoldItem, { basketId, sku: 'tea', quantity: 1 });
    await till.hears(basketId, ['till.ItemHeld']);
    expect(till.bank.times('mail')).toBe(3);
    expect(await till.notes(basketId)).toEqual(['thanked']);
    expect(await till.sql("select state from duet.step where saga_id = $1 and step like 'hears:%'", [basketId])).toEqual([
      { state: 'done' },
    ]);
    expect(await till.held(basketId)).toEqual([]);
  });

  it('is acted upon for each event, also of one saga', async () => {
    const basketId = randomUUID();
    await till.tell(BasketPaid, { basketId });
    await till.tell(BasketPaid, { basketId });
    await until(async () => (await till.notes(basketId)).length === 2, { what: 'both mails are sent' });
  });

  it('asks for nothing when it is void', async () => {
    const basketId = randomUUID();
    await till.tell(BasketPaid, { basketId }, { void: true });
    await till.tell(HoldItem, { basketId, sku: 'tea', quantity: 1 });
    await till.hears(basketId, ['till.ItemHeld']);
    expect(till.bank.asked.some(({ what, key }) => what === 'mail' && key.includes(basketId))).toBe(false);
  });
});
