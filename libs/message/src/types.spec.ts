/** What must compile, and what must not: each @ts-expect-error is a test that the compiler runs. */
import { IsString, IsUUID } from 'class-validator';
import { context, type CommandClass, type DataOf, type OutcomeOf, Reason, waysBackFrom } from './message';
import { BasketPacked, GoodsHeld, GoodsMissing, HoldGoods, PutGoodsBack, StillHeld } from './shop.fixture';

const basketId = '0b9c1e1a-6f0e-4d57-9d0f-3f6f3b1c9a11';

/** A bad idea: a refusal that the runtime could not build for a late action. */
class InvoiceRefused extends context('x').event('InvoiceRefused') {
  @IsUUID() basketId!: string;
  @IsString() invoiceId!: string;
}
class IssueInvoice extends context('x').command('IssueInvoice', { ok: GoodsHeld, fail: InvoiceRefused }) {
  @IsUUID() basketId!: string;
}
class SendMail extends context('x').command('SendMail', { ok: GoodsHeld }) {
  @IsUUID() basketId!: string;
}

export const held: GoodsHeld = GoodsHeld.of({ basketId, shelf: 'A' });
const still: StillHeld = StillHeld.of({ basketId });
// @ts-expect-error the same fields, another message
export const putBack: PutGoodsBack = still;
// @ts-expect-error a field is missing
GoodsHeld.of({ basketId });
// @ts-expect-error a field too many
StillHeld.of({ basketId, nope: 1 });
// @ts-expect-error a field of another type
StillHeld.of({ basketId: 1 });

// @ts-expect-error a command that can be undone must be able to refuse
context('x').undo('UndoIt', { of: SendMail, ok: StillHeld });
// @ts-expect-error the runtime must be able to refuse a late action, and cannot invent an invoiceId
context('x').undo('UndoIt', { of: IssueInvoice, ok: StillHeld });
// @ts-expect-error neither could it for a cancel question
context('x').cancel('AskIt', { of: IssueInvoice, ok: StillHeld, fail: GoodsHeld });
// @ts-expect-error an event cannot be undone
context('x').undo('UndoIt', { of: GoodsHeld, ok: StillHeld });
// @ts-expect-error a command is answered by events
context('x').command('DoIt', { ok: HoldGoods });
// @ts-expect-error a cancel question can be refused
context('x').cancel('AskIt', { of: HoldGoods, ok: StillHeld });

// @ts-expect-error only its own outcomes answer a command
export const wrong: OutcomeOf<typeof HoldGoods> = still;
export const right: OutcomeOf<typeof HoldGoods> = GoodsMissing.of({ basketId, reason: { code: 'none', text: 'none left' } });
// @ts-expect-error an event is no command
export const command: CommandClass = GoodsHeld;
// @ts-expect-error the brand is no data
export const data: DataOf<typeof StillHeld> = { basketId, brand: 1 };

describe('a message is made by `of`', () => {
  test('and is an instance of its class with just its fields', () => {
    expect(held).toBeInstanceOf(GoodsHeld);
    expect({ ...held }).toEqual({ basketId, shelf: 'A' });
  });
  test('a command knows what answers it, and what it undoes', () => {
    expect({
      ok: HoldGoods.ok,
      fail: HoldGoods.fail,
      undoes: PutGoodsBack.undoes,
      refusal: PutGoodsBack.fail,
      none: SendMail.fail,
    }).toEqual({
      ok: GoodsHeld,
      fail: GoodsMissing,
      undoes: HoldGoods,
      refusal: undefined,
      none: undefined,
    });
  });
  test('a command knows the ways back from it, also those that nobody handles', () => {
    expect(
      waysBackFrom(HoldGoods)
        .slice(0, 2)
        .map(({ type }) => type),
    ).toEqual(['PutGoodsBack', 'AskHold']);
    expect(waysBackFrom(PutGoodsBack)).toEqual([]);
  });
  test('its static parts do not leak from one message to another', () => {
    expect([BasketPacked.type, BasketPacked.kind, HoldGoods.type, HoldGoods.kind]).toEqual([
      'BasketPacked',
      'event',
      'HoldGoods',
      'command',
    ]);
    expect(new Reason()).toEqual({});
  });
});
