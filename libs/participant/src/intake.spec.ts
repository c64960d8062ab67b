import type { IncomingMessage } from '@duet/kafka';
import { context } from '@duet/message';
import { asReceived, changed, type Change, rightMessage } from '@duet/probe';
import { reactions, service } from '@duet/saga';
import { IsInt, IsString } from 'class-validator';
import { intake } from './intake';
import { rolesOf } from './task';

const shop = context('shop');
class BasketPacked extends shop.event('BasketPacked') {
  @IsString() basketId!: string;
}
class BasketPaid extends shop.event('BasketPaid') {
  @IsString() basketId!: string;
}
class TakeMoney extends context('till').command('TakeMoney', { ok: BasketPaid }) {
  @IsInt() amount!: number;
}
type Knows = { readonly price: { readonly amount: number } };
const table = reactions('place-order', BasketPacked).on(BasketPacked, TakeMoney, {
  with: (facts) => ({ amount: (facts as unknown as Knows).price.amount }),
});
const roles = rolesOf(service({ name: 'till', handles: [TakeMoney], reactions: [table] }), new Map());

const saga = 'b-1';
function received(change: Change, more: Partial<IncomingMessage> = {}): IncomingMessage {
  const message = changed(rightMessage('shop.BasketPacked', JSON.stringify({ basketId: saga }), { saga }), change);
  return { ...asReceived('t.shop.events', message), partition: 0, offset: '7', timestamp: 1, ...more };
}
const facts = (text: string): Change => ({ headers: { ce_facts: text } });
const reasonFor = (message: IncomingMessage): string => {
  const { items, aside } = intake([message], roles, 't.');
  return items.length === 1 ? 'taken' : aside.map(({ code, reason }) => `${code}: ${reason}`).join();
};

describe('what comes in', () => {
  it('is work where it can be understood, and all that the reaction needs is known', () => {
    expect(reasonFor(received(facts('{"price":{"amount":1}}')))).toBe('taken');
  });

  it.each([
    ['{}', 'facts: what the saga knows makes no till.TakeMoney: TypeError'],
    ['{"price":{}}', 'facts: what the saga knows makes no till.TakeMoney: amount is missing'],
    ['{"price":{"amount":"1"}}', 'facts: what the saga knows makes no till.TakeMoney: amount must be an integer'],
  ])('is set aside where the saga knows %s alone: no half of a command reaches a handler', (text, reason) => {
    expect(reasonFor(received(facts(text)))).toContain(reason);
  });

  it('is set aside where its batch could not be taken apart, with that reason', () => {
    expect(reasonFor(received({}, { unreadable: 'its batch is no gzip', headers: {} }))).toBe('batch: its batch is no gzip');
  });

  it('is named by no more of its type than a person reads', () => {
    const message = { ...received({ headers: { ce_type: 'x'.repeat(1_000_000) } }), topic: 't.till.commands' };
    expect(reasonFor(message).length).toBeLessThan(400);
    expect(reasonFor(message)).toContain('unknown-command');
  });
});
