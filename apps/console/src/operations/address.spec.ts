import { operationsOf, operationsPath, type OperationsView } from './address';

const read = (path: string): OperationsView => operationsOf(new URLSearchParams(path.split('?')[1]));

it('every state of the page is in its address', () => {
  const view: OperationsView = {
    show: 'journal',
    kind: 'undo-failed',
    saga: { process: 'place-order', id: 'x 1' },
    held: { service: 'payment', id: '7c0e#payment.RefundPayment' },
    actor: 'Jörg & co',
    of: '8f2c',
  };
  expect(read(operationsPath(view))).toEqual(view);
});

it('without any it shows what needs somebody; what is unknown or half is none', () => {
  expect(operationsPath({ show: 'needs' })).toBe('/operations');
  expect(read('/operations?show=all&kind=sad&saga=1&held=2&actor=%20')).toEqual({ show: 'needs' });
});
