import { styles } from '@duet/message';
import { type Caused, flowGraph } from './flow-graph';
import { classOf } from './histogram';
import { landscape, parcel } from './told.fixture';

const paid: Caused = {
  ...{ process: parcel, style: 'choreography', type: 'till.Paid', service: 'till', kind: 'event', count: 7 },
  cause: { type: 'store.Packed', service: 'store', kind: 'event' },
  latency: new Map([[classOf(40), 7]]),
};
const edge = (caused: readonly Caused[], from: string, to: string, type: string) =>
  flowGraph(parcel, landscape, caused).edges.find((one) => one.from === from && one.to === to && one.type === type);

describe('the flow of a process', () => {
  it('shows what is declared though it never happened, and in which styles', () => {
    expect(edge([], 'store', 'till', 'store.Packed')).toMatchObject({ declaredIn: ['choreography'], choreography: 0, notedIn: [] });
    expect(edge([], 'leader', 'till', 'till.Pay')).toMatchObject({ kind: 'command', declaredIn: ['orchestration', 'hybrid'] });
    expect(edge([], 'leader', 'desk', 'desk.Close')?.declaredIn).toEqual(['orchestration']);
    expect(edge([], 'post', 'desk', 'post.Sent')?.declaredIn).toEqual(['choreography', 'hybrid']);
  });
  it('counts what happened, by style, with its time', () => {
    const caused = [paid, { ...paid, style: 'hybrid' as const, count: 2 }];
    expect(edge(caused, 'store', 'till', 'store.Packed')).toMatchObject({
      choreography: 7,
      hybrid: 2,
      orchestration: 0,
      latency: { count: 14 },
      latencyIn: { choreography: { count: 7 }, hybrid: { count: 7 } },
    });
  });
  it('shows what happened though nobody has declared it', () => {
    const foreign = { ...paid, service: 'clown', type: 'clown.Joked' };
    expect(edge([foreign], 'store', 'clown', 'store.Packed')).toMatchObject({ declaredIn: [], choreography: 7 });
    expect(flowGraph(parcel, landscape, [foreign]).nodes.find(({ service }) => service === 'clown')).toMatchObject({
      declared: false,
      messages: 7,
    });
  });
  it('shows who only takes note', () => {
    expect(edge([], 'desk', 'mail', 'desk.Closed')).toMatchObject({ notedIn: [...styles], declaredIn: [...styles] });
  });
  it('shows that a leader acts on what others did, and only takes note of the end', () => {
    const led = (from: string, type: string) => edge([], from, 'leader', type)?.notedIn;
    expect([led('desk', 'desk.Taken'), led('store', 'store.Packed'), led('till', 'till.NotPaid'), led('store', 'store.Unpacked')]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect([led('desk', 'desk.Closed'), led('desk', 'desk.Refused')]).toEqual([
      ['orchestration', 'hybrid'],
      ['orchestration', 'hybrid'],
    ]);
    // In a hybrid the desk closes by itself when it hears this.
    expect(led('post', 'post.Sent')).toEqual(['hybrid']);
  });
  it('says what each message means', () => {
    expect(edge([], 'till', 'store', 'till.NotPaid')?.means).toBe('refusal');
    expect(edge([], 'leader', 'store', 'store.Unpack')?.means).toBe('undo');
    expect(edge([], 'leader', 'post', 'post.Stop')?.means).toBe('question');
  });
});
