import { oneOfEachSaga } from './timers';

it('timers of one saga fire one after the other, beside those of other sagas', () => {
  const timer = (saga: string, name: string) => ({ process: 'basket', saga, name });
  const all = [timer('a', '1'), timer('a', '2'), timer('b', '1'), timer('a', '3')];
  expect(oneOfEachSaga(all).map((round) => round.map(({ saga, name }) => saga + name))).toEqual([['a1', 'b1'], ['a2'], ['a3']]);
});
