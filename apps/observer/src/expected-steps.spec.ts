import { expectedSteps } from './expected-steps';
import { Landscape, nowhere } from './landscape';
import { leader, landscape, manifests, parcel } from './told.fixture';

const way = (...[style, known = landscape]: [style: 'choreography' | 'orchestration' | 'hybrid', known?: Landscape]): string[] =>
  expectedSteps(known, parcel, style, 'desk.Taken', 1).map(
    ({ service, command, by, on }) => `${service}: ${command} ${by === 'command' ? 'asked' : `on ${on}`}`,
  );

describe('the way forward', () => {
  it('is composed of what each service does by itself, where nobody leads', () => {
    expect(way('choreography')).toEqual([
      'store: store.Pack on desk.Taken',
      'till: till.Pay on store.Packed',
      'post: post.Send on till.Paid',
      'desk: desk.Close on post.Sent',
    ]);
  });

  it("is the leader's table, where one leads", () => {
    expect(way('orchestration')).toEqual([
      'store: store.Pack asked',
      'till: till.Pay asked',
      'post: post.Send asked',
      'desk: desk.Close asked',
    ]);
  });

  it("is the leader's table up to where others go on by themselves, where it is hybrid", () => {
    expect(way('hybrid').slice(-2)).toEqual(['post: post.Send asked', 'desk: desk.Close on post.Sent']);
  });

  it('has what is done in every style at its place', () => {
    const always = { process: parcel, start: 'desk.Taken', heard: 'till.Paid', command: 'book.Enter', when: 'always' as const };
    const book = { ...leader, service: 'book', leads: [], handles: [{ command: 'book.Enter', ok: 'book.Entered' }], reactions: [always] };
    for (const style of ['choreography', 'orchestration', 'hybrid'] as const)
      expect(way(style, new Landscape([...manifests, book]))).toContain('book: book.Enter on till.Paid');
  });

  it('goes round no circle twice', () => {
    const round = { process: parcel, start: 'desk.Taken', heard: 'desk.Closed', command: 'store.Pack', when: 'always' as const };
    expect(way('choreography', new Landscape([...manifests, { ...leader, service: 'again', leads: [], reactions: [round] }]))).toHaveLength(
      4,
    );
  });

  it('is unknown where no manifest speaks of it', () => {
    expect(way('choreography', nowhere)).toEqual([]);
  });
});
