import { declarations } from '@duet/system';
import { readersOf } from './readers';

const readers = readersOf(declarations);
const read = (type: string, style: string, isVoid = false) => [...readers({ type, style, void: isVoid })].sort();

describe('a message is read', () => {
  it('by the owner of a command, in every style', () => expect(read('payment.ProcessPayment', 'orchestration')).toEqual(['payment']));
  it('by whoever reacts to it in its style, and by its orchestrator', () => {
    expect(read('inventory.StockReserved', 'choreography')).toEqual(['payment']);
    expect(read('inventory.StockReserved', 'orchestration')).toEqual(['orchestrator']);
    expect(read('shipping.OrderShipped', 'hybrid')).toEqual(['inventory', 'orchestrator', 'order']);
    expect(read('shipping.OrderShipped', 'orchestration')).toEqual(['inventory', 'orchestrator']);
  });
  it('by who does nothing but hear, not by who only shows it', () => {
    expect(read('order.OrderConfirmed', 'choreography')).toEqual(['notification']);
    expect(read('payment.PaymentRefunded', 'choreography')).toEqual(['notification']);
    expect(read('inventory.StockIssued', 'choreography')).toEqual([]);
  });
  it('by its orchestrator alone when it is void', () => {
    expect(read('inventory.StockRejected', 'orchestration', true)).toEqual(['orchestrator']);
    expect(read('inventory.StockRejected', 'choreography', true)).toEqual([]);
  });
});
