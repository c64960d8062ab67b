import { cards, countries, outcomeOf, outcomes, wishOf } from './choices';
import { askAgainMs } from './again';
import { moneyText } from './money';

describe('The shop', () => {
  it('makes each way that an order can go out of what is ordered, and of nothing else', () => {
    expect(wishOf('well', 'cup', 2)).toEqual({ sku: 'cup', quantity: 2, card: 'card_ok', country: 'CH' });
    expect(wishOf('no-carrier', 'cup', 2).country).toBe('AQ');
    for (const { value } of outcomes) {
      const { card, country } = wishOf(value, 'cup', 2);
      expect(cards.map((one) => one.value)).toContain(card);
      expect(countries.map((one) => one.value)).toContain(country);
    }
  });

  it('knows by what was ordered which way was chosen', () => {
    for (const { value } of outcomes) expect(outcomeOf(wishOf(value, 'cup', 2))).toBe(value);
    expect(outcomeOf({ quantity: 2, card: 'card_flaky', country: 'CH' })).toBeUndefined();
  });

  it('asks often for an order that has not ended, or ended just now, and seldom afterwards', () => {
    const at = (iso: string): number => Date.parse(iso);
    expect(askAgainMs(null)).toBe(400);
    expect(askAgainMs({ endedAt: '2030-01-01T00:00:00.000Z' }, at('2030-01-01T00:00:04.000Z'))).toBe(400);
    expect(askAgainMs({ endedAt: '2030-01-01T00:00:00.000Z' }, at('2030-01-01T00:00:06.000Z'))).toBe(15_000);
  });

  it('tells amounts with two places', () => expect(moneyText(199_900_000)).toBe('1,999,000.00'));
});
