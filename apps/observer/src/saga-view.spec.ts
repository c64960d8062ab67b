import { styles } from '@duet/message';
import { Landscape, nowhere } from './landscape';
import { began, manifests, orders, parking, told, viewOf } from './told.fixture';

const waitsFor = (view: ReturnType<typeof viewOf>): string[] => view.waiting.map(({ service, command }) => `${service}: ${command ?? '?'}`);
const reason = { code: 'declined', text: 'the card was declined' };

describe('where nobody leads, a saga', () => {
  it('waits for whoever reacts to what was said last, since it was said', () => {
    const view = viewOf(told('choreography', 'desk.Taken', 'store.Packed'));
    expect(view).toMatchObject({ state: 'running', concerns: [], endedAt: undefined });
    expect(view.waiting).toEqual([{ service: 'till', command: 'till.Pay', since: began + 10 }]);
  });

  it('is completed when nobody has anything to do any more and its beginner has heard so', () => {
    const view = viewOf(told('choreography', 'desk.Taken', 'store.Packed', 'till.Paid', 'post.Sent', 'desk.Closed'));
    expect(view).toMatchObject({ state: 'completed', endedAt: began + 40, waiting: [], notUndone: [], reason: undefined });
  });

  it('waits for all who undo at the same time, and is compensated when all have', () => {
    const refused = told('choreography', 'desk.Taken', 'store.Packed', 'till.Paid', ['post.NotSent', { reason }]);
    expect(viewOf(refused)).toMatchObject({ state: 'compensating', reason, notUndone: ['store.Pack', 'till.Pay'], concerns: [] });
    expect(waitsFor(viewOf(refused))).toEqual(['desk: desk.Refuse', 'store: store.Unpack', 'till: till.Refund']);
    const undone = told(
      ...(['choreography', 'desk.Taken', 'store.Packed', 'till.Paid', ['post.NotSent', { reason }]] as const),
      ...(['store.Unpacked', 'till.Refunded', 'desk.Refused'] as const).map((type) => [type, { after: 'post.NotSent' }] as const),
    );
    expect(viewOf(undone)).toMatchObject({ state: 'compensated', notUndone: [], waiting: [], reason });
  });

  it('is an incomplete undo while a step that was done is not undone and nobody is on the way to it', () => {
    const forgetful = new Landscape(
      manifests.map((one) => (one.service === 'store' ? { ...one, reactions: one.reactions.slice(0, 1) } : one)),
    );
    const view = viewOf(told('choreography', 'desk.Taken', 'store.Packed', 'till.NotPaid', 'desk.Refused'), forgetful);
    expect(view).toMatchObject({ state: 'compensating', concerns: ['undo-incomplete'], notUndone: ['store.Pack'], endedAt: undefined });
  });

  it('goes on when the question whether there is a way back is answered with no', () => {
    const late = told(
      'choreography',
      'desk.Taken',
      'store.Packed',
      'till.Paid',
      'post.Sent',
      ['desk.CancelAsked', { after: 'none' }],
      'post.TooLate',
    );
    expect(viewOf(late)).toMatchObject({ state: 'running' });
    expect(waitsFor(viewOf(late))).toEqual(['desk: desk.Close']);
  });

  it('turns back when it is answered with yes; what came too late for it waits for nobody', () => {
    const stopped = told(
      'choreography',
      'desk.Taken',
      'store.Packed',
      'till.Paid',
      ['desk.CancelAsked', { after: 'none' }],
      ['post.Stopped', { reason }],
    );
    expect(viewOf(stopped)).toMatchObject({ state: 'compensating', reason });
    expect(waitsFor(viewOf(stopped))).toEqual(['desk: desk.Refuse', 'store: store.Unpack', 'till: till.Refund']);
  });
  it('is turned back for the reason that who ends it says: a leader that gave up has not heard what was said before', () => {
    const timeout = { code: 'timeout', text: 'the store took too long' };
    const late = told(
      'orchestration',
      'desk.Taken',
      'store.Pack',
      ['store.NotPacked', { reason }],
      ['store.Unpack', { after: 'desk.Taken' }],
    );
    expect(viewOf(late).reason).toEqual(reason);
    const asked = told('orchestration', 'desk.Taken', 'store.Pack', ['store.NotPacked', { reason }], ['desk.Refuse', { reason: timeout }]);
    expect(viewOf(asked).reason).toEqual(timeout);
    const ended = told('choreography', 'desk.Taken', ['store.NotPacked', { reason }], ['desk.Refused', { reason: timeout }]);
    expect(viewOf(ended).reason).toEqual(timeout);
  });

  it('follows nothing from a void message: it only answers who asked', () => {
    const view = viewOf(told('choreography', 'desk.Taken', ['store.NotPacked', { void: true }]));
    expect(view).toMatchObject({ state: 'running' });
    expect(view.steps.get('store.Pack')).toMatchObject({ success: false });
    expect(view.steps.has('desk.Refuse')).toBe(false);
  });

  it('has done what was done, though a late repetition was refused as void', () => {
    const view = viewOf(told('choreography', 'desk.Taken', ['store.NotPacked', { void: true }], ['store.Packed', { after: 'desk.Taken' }]));
    expect(view.steps.get('store.Pack')).toMatchObject({ success: true });
    expect(waitsFor(view)).toEqual(['till: till.Pay']);
  });
});

describe('where one leads, a saga', () => {
  it('waits for its leader to decide, and then for whom it has asked', () => {
    expect(waitsFor(viewOf(told('orchestration', 'desk.Taken')))).toEqual(['leader: ?']);
    expect(waitsFor(viewOf(told('orchestration', 'desk.Taken', 'store.Pack')))).toEqual(['store: store.Pack']);
    expect(waitsFor(viewOf(told('orchestration', 'desk.Taken', 'store.Pack', 'store.Packed')))).toEqual(['leader: ?']);
  });

  it('is completed with the last step of its table', () => {
    const all = [
      'desk.Taken',
      'store.Pack',
      'store.Packed',
      'till.Pay',
      'till.Paid',
      'post.Send',
      'post.Sent',
      'desk.Close',
      'desk.Closed',
    ];
    expect(viewOf(told('orchestration', ...all))).toMatchObject({ state: 'completed', waiting: [] });
  });

  it('does not wait for a step that was undone before it was answered', () => {
    const asked = ['desk.Taken', 'store.Pack', 'store.Packed', 'till.Pay', 'till.Refund', 'till.Refunded'];
    const view = viewOf(told('orchestration', ...asked));
    expect(view).toMatchObject({ state: 'compensating', notUndone: ['store.Pack'], concerns: [] });
    expect(waitsFor(view)).toEqual(['leader: ?']);
  });

  it('goes on by itself after the pivot where it is hybrid', () => {
    const shipped = ['desk.Taken', 'store.Pack', 'store.Packed', 'till.Pay', 'till.Paid', 'post.Send', 'post.Sent'];
    expect(waitsFor(viewOf(told('hybrid', ...shipped)))).toEqual(['desk: desk.Close']);
    expect(viewOf(told('hybrid', ...shipped, 'desk.Closed'))).toMatchObject({ state: 'completed' });
  });
});

describe('what is parked', () => {
  const parked = parking('duet.MessageParked', { service: 'till', command: 'till.Pay', role: 'action', reason });

  it('waits for a person until it is freed, and its service is not called silent', () => {
    const waiting = told('choreography', 'desk.Taken', 'store.Packed', parked);
    expect(viewOf(waiting)).toMatchObject({ concerns: ['parked'], waiting: [], parked: [{ service: 'till', command: 'till.Pay' }] });
    const freed = told(
      'choreography',
      'desk.Taken',
      'store.Packed',
      parked,
      parking('duet.MessageFreed', { service: 'till', command: 'till.Pay' }),
    );
    expect(viewOf(freed)).toMatchObject({ concerns: [], parked: [] });
    expect(waitsFor(viewOf(freed))).toEqual(['till: till.Pay']);
  });

  it('is a failed compensation where it is an undo', () => {
    const undo = parking('duet.MessageParked', { service: 'store', command: 'store.Unpack', role: 'undo', reason });
    const view = viewOf(told('choreography', 'desk.Taken', 'store.Packed', 'till.NotPaid', undo));
    expect(view.concerns).toEqual(['parked', 'undo-failed']);
  });
});

describe('a saga of which no manifest speaks', () => {
  it('is shown as far as its messages tell, and is never called ended or stalled', () => {
    const view = viewOf(told('choreography', 'desk.Taken', 'store.Packed'), nowhere);
    expect(view).toMatchObject({ state: 'running', waiting: [], endedAt: undefined, hops: 1 });
  });

  it('is waited for where a command was sent, until something answers it', () => {
    const unknown = new Landscape([]);
    const asked = told('orchestration', 'desk.Taken', ['store.Pack', { kind: 'command' }]);
    expect(waitsFor(viewOf(asked, unknown))).toEqual(['store: store.Pack']);
    expect(waitsFor(viewOf(told('orchestration', 'desk.Taken', ['store.Pack', { kind: 'command' }], 'store.Packed'), unknown))).toEqual([]);
  });
});

it.each(styles)('a saga is the same in whatever order its messages were read, and however often: %s', (style) => {
  const led = style === 'choreography' ? [] : (['store.Pack'] as const);
  const messages = told(style, 'desk.Taken', ...led, 'store.Packed', 'till.Paid', 'post.NotSent', 'store.Unpacked', 'till.Refunded');
  for (const order of orders(messages)) expect(viewOf(order)).toEqual(viewOf(messages));
});
