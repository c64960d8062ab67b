import type { Caused } from './flow-graph';
import { differences } from './differences';
import { landscape, parcel } from './told.fixture';

const said = (type: string, service: string, count: number, cause?: string): Caused => ({
  ...{ process: parcel, style: 'choreography', type, service, kind: 'event', count, latency: new Map() },
  cause: cause === undefined ? undefined : { type: cause, service: cause.slice(0, cause.indexOf('.')), kind: 'event' },
});
const found = (caused: readonly Caused[], readers: ReadonlyMap<string, number> = new Map()): string[] =>
  differences(landscape, caused, readers)
    .filter(({ kind }) => kind !== 'unheard-event')
    .map(({ kind, service, type }) => [kind, service, type].filter(Boolean).join(' '));

describe('what is declared and what happens', () => {
  it('do not differ where everybody says and does what they declare', () => {
    expect(
      found([
        said('desk.Taken', 'desk', 20),
        said('store.Packed', 'store', 20, 'desk.Taken'),
        said('till.Paid', 'till', 20, 'store.Packed'),
        said('post.Sent', 'post', 20, 'till.Paid'),
        said('desk.Closed', 'desk', 20, 'post.Sent'),
      ]),
    ).toEqual([]);
  });
  it('differ where somebody speaks who has no manifest', () => {
    expect(found([said('clown.Joked', 'clown', 1)])).toEqual(['undeclared-service clown']);
  });
  it('differ where a service says what it does not declare', () => {
    expect(found([said('store.Burnt', 'store', 1)])).toEqual(['undeclared-event store store.Burnt']);
  });
  it('differ where a service is silent though it declares to react, once that is no accident', () => {
    expect(found([said('desk.Taken', 'desk', 9)])).toEqual([]);
    expect(found([said('desk.Taken', 'desk', 10)])).toEqual(['silent-reaction store store.Pack']);
    expect(found([{ ...said('desk.Taken', 'desk', 10), style: 'orchestration' }])).toEqual([]);
  });
  it('differ where a service is gone', () => {
    expect(
      found(
        [],
        new Map([
          ['till', 0],
          ['store', 1],
        ]),
      ),
    ).toEqual(['service-gone till']);
  });
  it('differ where nobody hears what is declared', () => {
    const unheard = differences(landscape, [], new Map()).map(({ kind, type }) => `${kind} ${type ?? ''}`);
    expect(unheard).toContain('unheard-event till.Refunded');
    expect(unheard).not.toContain('unheard-event desk.Closed');
  });
});
