import { byStyle, type Fate, type Measured, type Outage } from './figures';
import { choosing } from './page';

const ends: Fate = { is: 'ended', as: 'OrderConfirmed' };
const waits: Fate = { is: 'waited', after: 'OrderPlaced', as: 'OrderConfirmed' };
const outage = (service: string, change: Partial<Outage> = {}): Outage => ({
  service,
  placed: byStyle(() => ends),
  underWay: byStyle(() => ends),
  ...change,
});
const measured: Measured = {
  confirmed: { choreography: { messages: 6, hops: 4 }, hybrid: { messages: 9, hops: 7 }, orchestration: { messages: 10.1, hops: 8 } },
  rejected: byStyle(() => ({ messages: 7, hops: 4 })),
  alone: { choreography: 40, hybrid: 50, orchestration: 60.4 },
  busy: byStyle(() => 200),
  outages: [
    outage('orchestrator', { placed: { choreography: ends, hybrid: waits, orchestration: waits } }),
    outage('order', { placed: byStyle(() => ({ is: 'not accepted' })) }),
    outage('inventory', { placed: byStyle(() => ({ ...waits, as: 'OrderRejected (timeout)' })) }),
  ],
  survivals: [{ service: 'payment', seconds: { choreography: 10.26, hybrid: 11, orchestration: 0.5 } }],
  told: {
    choreography: { history: ['OrderPlaced', 'StockReserved'], orchestrator: undefined },
    hybrid: { history: ['OrderPlaced'], orchestrator: 'waiting for payment' },
    orchestration: { history: ['OrderPlaced'], orchestrator: 'waiting for payment' },
  },
};
const page = choosing(measured, 2);
/** The cells of the row with this text, in the part of the page with this title. */
const row = (text: string, part = page): string[] =>
  part
    .split('\n')
    .find((line) => line.startsWith('|') && line.includes(text))!
    .replace(/^\| | \|$/g, '')
    .split(' | ');
const part = (title: string): string => page.split('\n## ').find((each) => each.startsWith(title))!;

describe('the page to choose by', () => {
  test('has a row for each word by which the styles are compared', () => {
    const figures = part('In figures');
    for (const word of ['control flow', 'decisions', 'coupling', 'visibility', 'resilience', 'complexity'])
      expect(figures).toContain(`| **${word}** |`);
  });
  test('tells counts as measured', () => {
    expect(row('messages of an order that is confirmed').slice(2)).toEqual(['6', '9', '10.1']);
  });
  test('tells times with their ratio to choreography', () => {
    expect(row('one order at a time').slice(2)).toEqual(['40 ms (1.00)', '50 ms (1.25)', '60 ms (1.51)']);
  });
  test('tells how long orders take where one of two replicas dies', () => {
    expect(row('**payment**').slice(1)).toEqual(['10.3', '11.0', '0.5']);
  });
  test('says of each style which services hold it up, refusing orders or leaving them waiting', () => {
    expect(row('that hold up new orders').slice(2)).toEqual([
      'order, inventory',
      'orchestrator, order, inventory',
      'orchestrator, order, inventory',
    ]);
  });
  test('says what became of orders while a service was down, and afterwards', () => {
    const down = part('When a service is down');
    expect(row('**orchestrator**', down).slice(1)).toEqual([
      'goes on: `OrderConfirmed`',
      ...Array<string>(2).fill('waits after `OrderPlaced`, then `OrderConfirmed`'),
    ]);
    expect(row('**order**', down)[1]).toBe('is not taken');
    expect(row('**inventory**', down)[3]).toBe('waits after `OrderPlaced`, then `OrderRejected (timeout)`');
  });
  test('says whom to ask, as they answered', () => {
    expect(row('whom to ask').slice(2)).toEqual(['its history at order', 'orchestrator', 'orchestrator']);
    expect(row('**choreography**', part('What is visible'))).toEqual([
      ...['**choreography**', '`OrderPlaced`, `StockReserved`', 'does not know the order (404)'],
    ]);
  });
});

describe('what the declarations say of each style', () => {
  test('choreographed, it is decided in a table of each service; orchestrated, in the saga, but for what is done in every style', () => {
    expect(row('where it is decided').slice(2)).toEqual([
      'order 5, inventory 5, payment 3, shipping 2',
      'order 1, inventory 1, orchestrator 4',
      'inventory 1, orchestrator 5',
    ]);
    expect(row('files to read').slice(2)).toEqual(['4', '3', '2']);
  });
  test('a new step changes the more tables the later it stands in a choreography, and always one of an orchestration', () => {
    expect(row('a new step changes').slice(2)).toEqual(['2, 3, 4', '1, 1, 1', '1, 1, 1']);
  });
  test('payment and shipping know nothing of others where somebody leads', () => {
    expect(row('… by payment').slice(2)).toEqual(['4', '0', '0']);
    expect(row('… by shipping').slice(2)).toEqual(['3', '0', '0']);
  });
});
