import { anOrder, fate, unique, uniqueName, uniquePrefix } from './index';

it('a unique name is usable as a topic, a group and a database, and no other test has it', () => {
  const names = new Set(Array.from({ length: 1000 }, () => unique()));
  expect(names.size).toBe(1000);
  for (const name of names) expect(name).toMatch(/^[a-z][0-9a-f]{10}$/);
  expect(uniquePrefix()).toMatch(/^t[0-9a-f]{10}\.$/);
  expect(uniqueName('stock')).toMatch(/^stock-t[0-9a-f]{10}$/);
});

it('an order differs from the good one only where it is told to', () => {
  expect(anOrder(fate.cardDeclined)).toEqual({ ...anOrder(), paymentMethod: 'card_declined' });
  expect(anOrder(fate.noCarrier).shipTo.country).toBe('AQ');
});
