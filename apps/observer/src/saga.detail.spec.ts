import { mermaidOf } from './mermaid';
import { ifCancelled, logOf, meaningOf, remainingOf, stepsShown } from './saga.detail';
import { began, landscape, parcel, told, viewOf } from './told.fixture';

type Told = Parameters<typeof told>;
const cancel = (...said: Told) => ifCancelled(viewOf(told(...said)), parcel, landscape);
const steps = (...said: Told): Record<string, string> =>
  Object.fromEntries(stepsShown(viewOf(told(...said)), parcel, landscape, () => 40).map(({ command, state }) => [command, state]));

describe('the steps of a saga', () => {
  it('are shown from the first to the last, taken or not', () => {
    expect(steps('choreography', 'desk.Taken', 'store.Packed')).toEqual({
      ...{ 'store.Pack': 'done', 'till.Pay': 'waiting', 'post.Send': 'open', 'desk.Close': 'open' },
    });
  });
  it('are undone one by one, and what ends it stands beside the way forward', () => {
    const refused = ['choreography', 'desk.Taken', 'store.Packed', 'till.Paid', 'post.NotSent', 'till.Refunded'] as const;
    expect(steps(...refused)).toEqual({
      ...{ 'store.Pack': 'undoing', 'till.Pay': 'undone', 'post.Send': 'refused', 'desk.Close': 'open', 'desk.Refuse': 'waiting' },
    });
  });
  it('tell what asked for them, what answered, how long that took and usually takes', () => {
    const [pack] = stepsShown(viewOf(told('orchestration', 'desk.Taken', 'store.Pack', 'store.Packed')), parcel, landscape, () => 40);
    expect(pack).toMatchObject({
      ...{ command: 'store.Pack', service: 'store', by: 'command', on: 'store.Pack', kind: 'compensatable', answer: 'store.Packed' },
      ...{ asked: 1, tookMs: 10, usuallyMs: 40, withinMs: 10_000, askedAt: new Date(began + 10).toISOString() },
      undo: { command: 'store.Unpack', state: 'open' },
    });
  });
  it('remain as events, until it ends or turns back', () => {
    const remaining = (...said: Told) => remainingOf(viewOf(told(...said)), parcel, landscape);
    expect(remaining('choreography', 'desk.Taken', 'store.Packed')).toEqual(['till.Paid', 'post.Sent', 'desk.Closed']);
    expect(remaining('choreography', 'desk.Taken', 'store.NotPacked')).toEqual([]);
  });
});

describe('a cancel now', () => {
  it('would ask the owner of the pivot, where nobody leads', () => {
    expect(cancel('choreography', 'desk.Taken', 'store.Packed')).toEqual({
      ...{ possible: true, undos: ['store.Unpack'], asks: 'post.Stop', ends: 'desk.Refuse' },
      text: 'post.Stop would be asked first, and may say that it is too late; if not, store.Unpack and desk.Refuse would run',
    });
  });
  it('would undo at once, where a leader has not asked for the pivot yet', () => {
    const asked = ['desk.Taken', 'store.Pack', 'store.Packed', 'till.Pay', 'till.Paid'];
    expect(cancel('orchestration', ...asked)).toEqual({
      ...{ possible: true, undos: ['till.Refund', 'store.Unpack'], ends: 'desk.Refuse' },
      text: 'till.Refund, then store.Unpack, then desk.Refuse would run',
    });
    expect(cancel('orchestration', ...asked, 'post.Send')).toMatchObject({ possible: true, asks: 'post.Stop' });
  });
  it('would come too late after the pivot, and where it is being turned back already', () => {
    expect(cancel('choreography', 'desk.Taken', 'store.Packed', 'till.Paid', 'post.Sent')).toMatchObject({
      possible: false,
      text: 'it is too late: post.Sent has happened',
    });
    expect(cancel('choreography', 'desk.Taken', 'store.NotPacked')).toMatchObject({ possible: false });
  });
});

describe('the messages of a saga', () => {
  it('tell their cause and what their sender took', () => {
    const log = logOf(viewOf(told('choreography', 'desk.Taken', 'store.Packed')), landscape, (id) => ({ position: `at ${id}` }));
    expect(log[1]).toMatchObject({
      type: 'store.Packed',
      position: 'at m001',
      causeType: 'desk.Taken',
      tookMs: 10,
      sinceStartMs: 10,
      hop: 1,
      means: 'forward',
    });
  });
  it('mean what the manifests say', () => {
    const meaning = (type: string, kind: 'command' | 'event' = 'event') => meaningOf(landscape, { type, kind });
    expect([
      meaning('till.Paid'),
      meaning('till.NotPaid'),
      meaning('till.Refunded'),
      meaning('till.Refund', 'command'),
      meaning('post.TooLate'),
      meaning('duet.MessageParked'),
    ]).toEqual(['forward', 'refusal', 'undo', 'undo', 'question', 'beside']);
  });
  it('are drawn as a sequence: from whom, to whom, and what', () => {
    const view = viewOf(told('orchestration', 'desk.Taken', 'store.Pack', 'store.Packed'));
    expect(mermaidOf(view, landscape).split('\n')).toEqual([
      'sequenceDiagram',
      '  participant s_desk as desk',
      '  participant s_leader as leader',
      '  participant s_store as store',
      '  s_desk-)s_leader: Taken',
      '  s_leader->>s_store: Pack',
      '  Note over s_store: Packed',
    ]);
  });
});
