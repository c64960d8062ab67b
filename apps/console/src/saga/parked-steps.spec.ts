import type { LedSaga } from '../api/types';
import { beginningOf, parkedSteps } from './parked-steps';

type LedStep = LedSaga['steps'][number];
const step = (command: string, more: Partial<LedStep> = {}): LedStep => ({
  ...{ command, service: command.split('.')[0]!, kind: 'compensatable', state: 'done', asked: 1, within: '1m' },
  ...more,
});
const parked = { code: 'Away', text: 'nobody answers' };

it('an undo that is parked may be done by hand, and says what it takes back', () => {
  const steps = [
    step('store.Pack', { back: 'store.Unpack', backState: 'open' }),
    step('till.Pay', { back: 'till.PayBack', backState: 'parked', parked }),
  ];
  expect(parkedSteps({ steps })).toEqual([{ command: 'till.PayBack', service: 'till', undoes: 'till.Pay', why: 'nobody answers' }]);
});

it('so may a step; undos come first', () => {
  const steps = [step('a.Do', { state: 'parked', parked }), step('b.Do', { back: 'b.Undo', backState: 'parked', parked })];
  expect(parkedSteps({ steps }).map(({ command }) => command)).toEqual(['b.Undo', 'a.Do']);
});

it('nothing else may', () =>
  expect(parkedSteps({ steps: [step('a.Do', { state: 'asked', back: 'a.Undo', backState: 'asked' })] })).toEqual([]));

it('what came of it begins with what the saga knows under its own id', () =>
  expect(JSON.parse(beginningOf({ orderId: 'x-1', total: 5, customerId: 'c' }, 'x-1'))).toEqual({ orderId: 'x-1' }));
