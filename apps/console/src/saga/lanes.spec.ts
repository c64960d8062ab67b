import type { MessageView } from '../api/types';
import { gapsOf, lanesPicture } from './lanes';

const start = Date.parse('2026-11-21T14:02:11.000Z');
const said = (id: string, type: string, ms: number, more: Partial<MessageView> = {}): MessageView => ({
  ...{ id, type, position: '1', kind: 'event', service: type.split('.')[0]!, at: new Date(start + ms).toISOString(), sinceStartMs: ms },
  ...{ hop: 0, seq: 1, void: false, means: 'forward', body: {} },
  ...more,
});
const saga = (log: MessageView[], more: Partial<Parameters<typeof lanesPicture>[0]> = {}) => ({
  ...{ lanes: [...new Set(log.map(({ service }) => service))], log, waitsFor: [], parked: [], steps: [] },
  ...more,
});
const order = [
  said('1', 'order.OrderPlaced', 0),
  said('2', 'inventory.StockReserved', 12, { cause: '1' }),
  said('3', 'payment.PaymentFailed', 40, { cause: '2', means: 'refusal', reason: { code: 'payment-declined', text: 'declined' } }),
  said('4', 'inventory.StockReleased', 61, { cause: '3', means: 'undo', undoes: 'inventory.ReserveStock' }),
];

it('time goes left to right, and each message stands in the lane of its service', () => {
  const { marks, lanes } = lanesPicture(saga(order), start + 61);
  const xs = marks.map(({ x }) => x);
  expect(xs).toEqual([...xs].sort((a, b) => a - b));
  expect(new Set(xs).size).toBe(xs.length);
  for (const mark of marks) expect(mark.y).toBe(lanes.find(({ service }) => service === mark.service)?.y);
});

it('a message comes from its cause, and a command goes from its sender to its owner', () => {
  const log = [
    ...order.slice(0, 1),
    said('5', 'inventory.ReserveStock', 5, { kind: 'command', service: 'orchestrator', to: 'inventory', cause: '1' }),
  ];
  const { marks, lanes } = lanesPicture(saga(log), start);
  const y = (name: string) => lanes.find(({ service }) => service === name)?.y;
  expect(marks[1]).toMatchObject({
    kind: 'command',
    y: y('inventory'),
    from: { x: marks[0]?.x, y: y('order') },
    via: { y: y('orchestrator') },
  });
});

it('a refusal has its word, and an undo is tied to what it takes back', () => {
  const steps = [{ command: 'inventory.ReserveStock', answer: 'inventory.StockReserved' }] as never;
  const { marks } = lanesPicture(saga(order, { steps }), start);
  expect(marks[2]?.text).toBe('PaymentFailed · payment-declined');
  expect(marks[3]?.undoes).toEqual({ x: marks[1]?.x, y: marks[1]?.y });
});

it('an idle time is folded, and says how long it was', () => {
  const log = [...order, said('6', 'order.OrderRejected', 41_061, { cause: '4' })];
  const { folds, marks } = lanesPicture(saga(log), start);
  expect(folds.map(({ text }) => text)).toEqual(['41 s']);
  expect(marks[4]!.x - marks[3]!.x).toBeLessThan(250);
  expect(gapsOf(order).gaps.every((gap) => gap <= gapsOf(order).foldOver)).toBe(true);
});

it('no two labels of a lane lie on each other', () => {
  const log = Array.from({ length: 40 }, (_, n) => said(`m${n}`, 'order.SomethingWithALongName', n));
  const { marks } = lanesPicture(saga(log), start);
  marks.slice(1).forEach(({ x }, n) => expect(x).toBeGreaterThan(marks[n]!.x + 'SomethingWithALongName'.length * 6));
});

it('what is waited for is the last mark, with how long; what is parked waits for a person, and not as something awaited, too', () => {
  const waiting = { service: 'shipping', command: 'shipping.ShipOrder', since: order[3]!.at, dueAt: order[3]!.at, overdue: true };
  const { marks, lanes } = lanesPicture(saga(order, { waitsFor: [waiting] }), start + 61 + 41_000);
  expect(marks.at(-1)).toMatchObject({ kind: 'waiting', service: 'shipping', text: 'ShipOrder … 41 s' });
  expect(lanes.map(({ service }) => service)).toContain('shipping');
  const parked = {
    process: 'p',
    id: 'i',
    service: 'shipping',
    command: 'shipping.ShipOrder',
    messageId: 'x',
    role: 'action',
    since: order[3]!.at,
  } as const;
  const both = lanesPicture(
    saga(order, { waitsFor: [waiting], parked: [{ ...parked, reason: { code: 'Broken', text: 'broken' } }] }),
    start,
  );
  expect(both.marks.filter(({ kind }) => kind === 'waiting' || kind === 'parked').map(({ kind }) => kind)).toEqual(['parked']);
});
