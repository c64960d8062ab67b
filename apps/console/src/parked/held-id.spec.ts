import { heldIdOf, heldPath } from './held-id';

it('a command is held under its name, what was merely heard under that', () => {
  const message = { messageId: '7c0e', command: 'payment.ProcessPayment' };
  expect(heldIdOf({ ...message, role: 'action' })).toBe('7c0e#payment.ProcessPayment');
  expect(heldIdOf({ ...message, command: 'order.OrderPlaced', role: 'hears' })).toBe('7c0e#hears');
});

it('its address gives the id back', () => {
  const address = new URL(heldPath('payment', '7c0e#payment.ProcessPayment'), 'http://localhost');
  expect(address.searchParams.get('held')).toBe('7c0e#payment.ProcessPayment');
});
