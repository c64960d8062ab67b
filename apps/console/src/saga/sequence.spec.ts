import type { MessageView } from '../api/types';
import { linesOf, sequencePicture } from './sequence';

const said = (id: string, service: string, more: Partial<MessageView> = {}): MessageView => ({
  ...{
    id,
    service,
    type: `${service}.Said`,
    position: '1',
    kind: 'event',
    at: '2026-11-21T14:02:11.000Z',
    sinceStartMs: 0,
    hop: 0,
    seq: 1,
  },
  ...{ void: false, means: 'forward', body: {} },
  ...more,
});

it('an event goes to whoever says something because of it, a command to its owner', () => {
  const log = [
    said('1', 'a'),
    said('2', 'b', { cause: '1' }),
    said('3', 'c', { cause: '1' }),
    said('4', 'a', { kind: 'command', to: 'd', cause: '2' }),
  ];
  const { rows, lanes } = sequencePicture({ lanes: ['a', 'b', 'c'], log });
  const x = (name: string) => lanes.find(({ service }) => service === name)?.x;
  expect(rows.map(({ to }) => to)).toEqual([[x('b'), x('c')], [x('a')], [], [x('d')]]);
});

it('facts without lines have none', () => {
  expect(linesOf({})).toEqual([]);
  expect(linesOf({ lines: [null, { sku: 'x' }, { sku: 'beans', quantity: 2, price: 1 }] })).toEqual([{ sku: 'beans', quantity: 2 }]);
});
