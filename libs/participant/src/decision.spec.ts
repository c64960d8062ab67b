import { context, type Envelope, type MessageClass, MessageParked, wireName } from '@duet/message';
import { service } from '@duet/saga';
import { decidedOn, whyNot } from './decision';
import { type Entry, newRow, type Queue } from './queue';
import type { HeldState } from './held.rows.store';
import { rolesOf, type Task, tasksOf } from './task';
import type { Standing, Step, StepState } from './turn';

const spa = context('spa');
class Booked extends spa.event('Booked') {}
class Full extends spa.event('Full') {}
class Unbooked extends spa.event('Unbooked') {}
class Washed extends spa.event('Washed') {}
class Thanked extends spa.event('Thanked') {}
class Book extends spa.command('Book', { ok: Booked, fail: Full }) {}
class Unbook extends spa.undo('Unbook', { of: Book, ok: Unbooked }) {}
class MayBook extends spa.cancel('MayBook', { of: Book, ok: Full, fail: Booked }) {}
class Wash extends spa.command('Wash', { ok: Washed, fail: Full }) {}
class Thank extends spa.command('Thank', { ok: Thanked }) {}
class Rung extends context('bell').event('Rung') {}

const declaration = service({ name: 'spa', handles: [Book, Unbook, MayBook, Wash, Thank], hears: [Rung, MessageParked] });
const roles = rolesOf(declaration, { has: (pattern) => !pattern.startsWith('notes:') });
const raw = { topic: 't', key: null, value: null, headers: {} };

const states: Readonly<Record<Exclude<Standing['is'], 'fresh'>, HeldState>> = {
  waiting: 'waiting',
  'in-flight': 'calling',
  answered: 'calling',
  blocked: 'parked',
  due: 'retrying',
};
function held(cls: MessageClass, is: keyof typeof states): Entry {
  const message = { id: `m-${wireName(cls)}`, type: wireName(cls), process: 'stay', saga: 's', style: 'choreography', void: false };
  const [task] = tasksOf(message as Envelope, raw, roles) as [Task];
  return { task, ask: task.ask, row: { ...newRow(task), state: states[is] }, standing: { is }, changed: false };
}
function queue(entries: Entry[], steps: Readonly<Record<string, StepState>> = {}): Queue {
  const known = new Map(Object.entries(steps).map(([name, state]): [string, Step] => [name, { state, outcomeId: 'x' }]));
  const rows = entries.flatMap(({ row }) => (row ? [row] : []));
  return {
    saga: { ref: { process: 'stay', saga: 's' }, nextSeq: 1, steps: known, held: rows, sender: undefined, unsent: [] },
    ...{ entries, unread: [], behind: [], postponed: [], changedSteps: new Set<string>() },
  };
}
/** Why the first of these cannot be dropped: the code, or `may be`. */
const dropping = (entries: [Entry, ...Entry[]], steps: Readonly<Record<string, StepState>> = {}, leads = false): string =>
  whyNot('drop', entries[0], queue(entries, steps), leads)?.code ?? 'may be';

describe('what a person drops', () => {
  it.each<[string, MessageClass, keyof typeof states, Record<string, StepState>, string]>([
    ['an action that failed before anything was called', Book, 'blocked', {}, 'may be'],
    ['an action that waits for its next try', Book, 'due', {}, 'may be'],
    ['an action that waits behind others', Book, 'waiting', {}, 'may be'],
    ['an action without an undo', Wash, 'blocked', {}, 'may be'],
    ['an action that is being called', Book, 'in-flight', { 'spa.Book': 'calling' }, 'calling'],
    ['an action whose call has just answered', Book, 'answered', { 'spa.Book': 'calling' }, 'calling'],
    ['an action whose call failed: it may have worked', Book, 'blocked', { 'spa.Book': 'calling' }, 'unknown-outcome'],
    ['an action whose caller died', Book, 'due', { 'spa.Book': 'calling' }, 'unknown-outcome'],
    ['an action without an undo, whose call failed', Wash, 'blocked', { 'spa.Wash': 'calling' }, 'unknown-outcome'],
    ['an action that another message has done', Book, 'waiting', { 'spa.Book': 'done' }, 'answered'],
    ['an action that was undone', Book, 'blocked', { 'spa.Book': 'tombstone' }, 'answered'],
    ['an undo', Unbook, 'blocked', { 'spa.Book': 'done' }, 'settle-only'],
    ['a cancel question', MayBook, 'blocked', {}, 'settle-only'],
    ['a command that cannot be refused', Thank, 'blocked', {}, 'settle-only'],
    ['an event that was heard', Rung, 'blocked', {}, 'may be'],
    ['an event whose call failed, such as a mail', Rung, 'blocked', { 'hears:bell.Rung:m-bell.Rung': 'calling' }, 'may be'],
    ['an event whose call is under way', Rung, 'in-flight', { 'hears:bell.Rung:m-bell.Rung': 'calling' }, 'calling'],
  ])('%s', (_, cls, is, steps, answer) => expect(dropping([held(cls, is)], steps)).toBe(answer));

  it('is no action whose call may have worked, though its undo waits: that goes by the key', () => {
    for (const back of [Unbook, MayBook])
      expect(dropping([held(Book, 'blocked'), held(back, 'blocked')], { 'spa.Book': 'calling' })).toBe('unknown-outcome');
  });

  it('is nothing that an orchestrator hears of its sagas, but for what the runtime tells', () => {
    expect(dropping([held(Rung, 'blocked')], {}, true)).toBe('leads');
    expect(dropping([held(MessageParked, 'blocked')], {}, true)).toBe('may be');
  });
});

describe('what a person has tried again', () => {
  const redriving = (one: Entry, entries: Entry[], steps: Readonly<Record<string, StepState>> = {}) =>
    whyNot('redrive', one, queue(entries, steps), false);

  it('is what its saga waits for, and nothing behind it', () => {
    const [first, second] = [held(Wash, 'blocked'), held(Book, 'waiting')];
    expect(redriving(first, [first, second])).toBeUndefined();
    expect(redriving(second, [first, second])).toMatchObject({
      code: 'behind',
      text: expect.stringContaining('spa.Wash (m-spa.Wash#spa.Wash)'),
    });
  });

  it('is no event behind another: which one it waits for is said', () => {
    const [first, second] = [held(Wash, 'blocked'), held(Rung, 'waiting')];
    expect(redriving(second, [held(Thank, 'blocked'), first, second])).toMatchObject({ text: expect.stringContaining('behind spa.Thank') });
  });

  it('waits behind nothing that is no part of its saga, and that behind nothing', () => {
    const [head, second, told] = [held(Wash, 'blocked'), held(Book, 'waiting'), held(MessageParked, 'blocked')];
    expect(redriving(second, [told, head, second])).toMatchObject({ text: expect.stringContaining('behind spa.Wash') });
    const due = held(MessageParked, 'due');
    expect(redriving(head, [due, head, second])).toBeUndefined();
    expect(redriving(told, [head, second, told])).toBeUndefined();
  });

  it('is no action that its saga has turned back: neither while its undo waits nor afterwards', () => {
    const [action, undo] = [held(Book, 'blocked'), held(Unbook, 'blocked')];
    expect(redriving(action, [action, undo], { 'spa.Book': 'calling' })).toMatchObject({
      code: 'behind',
      text: expect.stringContaining('spa.Unbook'),
    });
    expect(redriving(undo, [action, undo], { 'spa.Book': 'calling' })).toBeUndefined();
    for (const state of ['tombstone', 'undone'] as const)
      expect(redriving(action, [action], { 'spa.Book': state })).toMatchObject({ code: 'answered' });
  });

  it('is not tried twice: what is being called is as good as asked for', () =>
    expect(redriving(held(Book, 'in-flight'), [held(Book, 'in-flight')], { 'spa.Book': 'calling' })).toBeUndefined());
});

describe('what a person settles', () => {
  const settling = (one: Entry, entries: Entry[]) => whyNot('settle', one, queue(entries, { 'spa.Book': 'calling' }), false)?.code;

  it('is a command whose outside call, and whose action’s, is not under way', () => {
    const undo = held(Unbook, 'waiting');
    expect(settling(undo, [held(Book, 'in-flight'), undo])).toBe('calling');
    expect(settling(undo, [held(Book, 'blocked'), undo])).toBeUndefined();
    expect(settling(held(Rung, 'blocked'), [])).toBe('no-outcome');
  });
});

describe('what a person decides upon', () => {
  it('is held, and can be read by this build', () => {
    const all = queue([held(Book, 'blocked')]);
    expect(decidedOn('m-spa.Book#spa.Book', all)).toBe(all.entries[0]);
    expect(decidedOn('m#spa.Book', all)).toMatchObject({ code: 'not-held' });
    expect(decidedOn('m-spa.Book#spa.Book', { ...all, entries: [], unread: all.saga.held })).toMatchObject({ code: 'unreadable' });
    // Decided upon already, in the same unit.
    expect(decidedOn('m-spa.Book#spa.Book', { ...all, entries: [] })).toMatchObject({ code: 'not-held' });
  });
});
