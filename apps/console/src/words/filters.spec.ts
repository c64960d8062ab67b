import { addressOf, type Filters, filtersOf, filtersTyped, typedOf } from './filters';

const some: Filters = { state: 'stalled', service: 'shipping', customer: 'c 42&x', id: '8f2c' };

it('an address holds every filter, and gives it back', () => {
  expect(filtersOf(new URLSearchParams(addressOf(some)))).toEqual(some);
});

it('equal filters have equal addresses, however they came together', () => {
  expect(addressOf({ style: 'hybrid', process: 'place-order' })).toBe(addressOf({ process: 'place-order', style: 'hybrid' }));
});

it('no filter is no question mark; what is empty or unknown is none', () => {
  expect(addressOf({})).toBe('');
  expect(filtersOf(new URLSearchParams('?state=&colour=red&tab=x'))).toEqual({});
});

it.each<[string, Filters]>([
  ['8f2c', { id: '8f2c' }],
  ['8F2C-11', { id: '8f2c-11' }],
  ['c-42', { customer: 'c-42' }],
  ['state:stalled  style:hybrid', { state: 'stalled', style: 'hybrid' }],
  ['step:payment.ProcessPayment 8f2c', { step: 'payment.ProcessPayment', id: '8f2c' }],
  ['', {}],
])('typed: "%s"', (text, filters) => {
  expect(filtersTyped(text)).toEqual(filters);
});

it('what the search box shows means what it stands for', () => {
  const filters: Filters = { state: 'stalled', reason: 'no-stock', customer: 'c-42', id: '8f2c' };
  expect(filtersTyped(typedOf(filters))).toEqual(filters);
});
