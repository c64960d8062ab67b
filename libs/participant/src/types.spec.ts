import { type Call, Calls, Handles, Hears, type Heard, type StepInfo } from './index';
import {
  BasketLost,
  BasketPacked,
  HoldItem,
  ItemHeld,
  ItemRefused,
  MoneyRefused,
  MoneyReturned,
  MoneyTaken,
  ReturnMoney,
  TakeMoney,
} from './fixture/till.messages.fixture';

type Charge = { receipt: string } | { declined: string };

/** What must compile, and what must not: tsc reads this, and fails where an expected error is none. */
class TypedHandlers {
  @Calls(TakeMoney)
  async charge({ amount }: TakeMoney, { key }: Call): Promise<Charge> {
    return amount > 0 ? { receipt: key } : { declined: 'nothing to pay' };
  }

  @Handles(TakeMoney)
  async process({ basketId }: TakeMoney, charge: Charge) {
    return 'receipt' in charge
      ? MoneyTaken.of({ basketId, receipt: charge.receipt })
      : MoneyRefused.of({ basketId, reason: { code: 'declined', text: charge.declined } });
  }

  @Handles(ReturnMoney)
  async giveBack({ basketId }: ReturnMoney, _: unknown, { action }: StepInfo) {
    return MoneyReturned.of({ basketId, was: action });
  }

  // @ts-expect-error only its own outcomes answer a command
  @Handles(TakeMoney)
  async wrongOutcome({ basketId }: TakeMoney) {
    return ItemHeld.of({ basketId });
  }

  // @ts-expect-error a command that never refuses has no refusal
  @Handles(ReturnMoney)
  async refusesUndo({ basketId }: ReturnMoney) {
    return MoneyRefused.of({ basketId, reason: { code: 'no', text: 'no' } });
  }

  // @ts-expect-error a handler takes its own command
  @Handles(HoldItem)
  async wrongCommand({ amount }: TakeMoney) {
    return ItemHeld.of({ basketId: String(amount) });
  }

  // @ts-expect-error an event is not carried out
  @Handles(BasketPacked)
  async noCommand({ basketId }: BasketPacked) {
    return ItemHeld.of({ basketId });
  }

  @Calls(BasketPacked)
  async mail({ amount }: BasketPacked, { key }: Call): Promise<void> {
    void [amount, key];
  }

  @Hears(BasketPacked, BasketLost)
  async note({ basketId }: BasketPacked | BasketLost, _: unknown, { hop }: Heard): Promise<void> {
    void [basketId, hop];
  }

  // @ts-expect-error what is heard is one of the events named
  @Hears(BasketPacked)
  async wrongEvent({ reason }: ItemRefused): Promise<void> {
    void reason;
  }

  // @ts-expect-error a command is not heard
  @Hears(HoldItem)
  async noEvent({ sku }: HoldItem): Promise<void> {
    void sku;
  }
}

describe('the handlers’ types', () => {
  it('leave the methods as they are', async () => {
    const handlers = new TypedHandlers();
    const call: Call = { key: 'k', action: 'none', facts: {}, signal: new AbortController().signal };
    expect(await handlers.charge(TakeMoney.of({ basketId: 'b', amount: 1 }), call)).toEqual({ receipt: 'k' });
    expect(await handlers.process(TakeMoney.of({ basketId: 'b', amount: 1 }), { declined: 'no' })).toBeInstanceOf(MoneyRefused);
  });
});
