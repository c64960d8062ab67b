import type { Style } from '@duet/message';
import type { Manifest } from '@duet/saga';
import { Landscape } from './landscape';
import { type SagaView, sagaView } from './saga-view';
import type { Parking, Seen } from './seen';

/** The process of these specs: a parcel is packed, paid and sent. Its services declare it as any others would. */
export const parcel = 'send-parcel';

const manifest = (service: string, said: Partial<Manifest>): Manifest => ({
  ...{ service, build: 'test', starts: [], handles: [], reactions: [], hears: [], deadlines: [], leads: [], messages: {} },
  ...said,
});
const reaction = (heard: string, command: string, when: Manifest['reactions'][number]['when'] = 'choreographed') => ({
  ...{ process: parcel, start: 'desk.Taken', heard, command, when },
});

export const desk = manifest('desk', {
  starts: ['desk.Taken', 'desk.CancelAsked'],
  handles: [
    { command: 'desk.Close', ok: 'desk.Closed' },
    { command: 'desk.Refuse', ok: 'desk.Refused' },
  ],
  reactions: [
    reaction('store.NotPacked', 'desk.Refuse'),
    reaction('till.NotPaid', 'desk.Refuse'),
    reaction('post.NotSent', 'desk.Refuse'),
    reaction('post.Stopped', 'desk.Refuse'),
    reaction('post.Sent', 'desk.Close', 'afterPivot'),
  ],
});
export const store = manifest('store', {
  handles: [
    { command: 'store.Pack', ok: 'store.Packed', fail: 'store.NotPacked' },
    { command: 'store.Unpack', ok: 'store.Unpacked', undoes: 'store.Pack' },
  ],
  reactions: [
    reaction('desk.Taken', 'store.Pack'),
    reaction('till.NotPaid', 'store.Unpack'),
    reaction('post.NotSent', 'store.Unpack'),
    reaction('post.Stopped', 'store.Unpack'),
  ],
});
export const till = manifest('till', {
  handles: [
    { command: 'till.Pay', ok: 'till.Paid', fail: 'till.NotPaid' },
    { command: 'till.Refund', ok: 'till.Refunded', undoes: 'till.Pay' },
  ],
  reactions: [reaction('store.Packed', 'till.Pay'), reaction('post.NotSent', 'till.Refund'), reaction('post.Stopped', 'till.Refund')],
});
export const post = manifest('post', {
  handles: [
    { command: 'post.Send', ok: 'post.Sent', fail: 'post.NotSent' },
    { command: 'post.Stop', ok: 'post.Stopped', fail: 'post.TooLate', cancels: 'post.Send' },
  ],
  reactions: [reaction('till.Paid', 'post.Send'), reaction('desk.CancelAsked', 'post.Stop')],
});
export const leader = manifest('leader', {
  leads: [
    {
      ...{ process: parcel, version: 1, start: 'desk.Taken', reject: 'desk.Refuse', cancelledBy: 'desk.CancelAsked' },
      commands: ['store.Pack', 'store.Unpack', 'till.Pay', 'till.Refund', 'post.Send', 'post.Stop', 'desk.Close', 'desk.Refuse'],
      steps: [
        { command: 'store.Pack', kind: 'compensatable', withinMs: 10_000, back: 'store.Unpack' },
        { command: 'till.Pay', kind: 'compensatable', withinMs: 30_000, back: 'till.Refund' },
        { command: 'post.Send', kind: 'pivot', withinMs: 60_000, back: 'post.Stop' },
        { command: 'desk.Close', kind: 'retriable', withinMs: 60_000 },
      ],
    },
  ],
});
export const mail = manifest('mail', { hears: ['desk.Closed'] });

export const manifests: readonly Manifest[] = [desk, store, till, post, leader, mail];
export const landscape = new Landscape(manifests);

/** When everything here begins: 14:02:11 UTC. */
export const began = Date.parse('2030-01-01T14:02:11.000Z');

/** What is said of a message beside its type; `after` is what caused it, by its type. */
type More = Partial<Omit<Seen, 'cause'>> & { readonly after?: string };

/** A saga's messages, 10 ms one after the other, each caused by the one before it: `told('choreography', 'desk.Taken', 'store.Packed')`. */
export function told(style: Style, ...said: readonly (string | readonly [type: string, more: More])[]): Seen[] {
  const messages: Seen[] = [];
  for (const [place, one] of said.entries()) {
    const [type, { after, ...more }] = typeof one === 'string' ? [one, {} as More] : [one[0], one[1]];
    const kind = landscape.commands.has(type) ? 'command' : 'event';
    const before = after === undefined ? messages.at(-1) : messages.findLast((message) => message.type === after);
    messages.push({
      ...{
        id: `m${String(place).padStart(3, '0')}`,
        type,
        kind,
        at: began + place * 10,
        style,
        hop: (before?.hop ?? -1) + 1,
        seq: place + 1,
      },
      service: kind === 'command' ? 'leader' : type.slice(0, type.indexOf('.')),
      ...{
        cause: before?.id,
        version: style === 'choreography' ? undefined : 1,
        ask: undefined,
        void: false,
        reason: undefined,
        parking: undefined,
      },
      ...more,
    });
  }
  return messages;
}

/** A message of the runtime itself. */
export const parking = (
  type: 'duet.MessageParked' | 'duet.MessageFreed',
  said: Omit<Parking, 'messageId' | 'freed'>,
): readonly [string, More] => [
  type,
  { service: said.service, parking: { ...said, messageId: 'one', freed: type === 'duet.MessageFreed' } },
];

export const viewOf = (messages: readonly Seen[], known = landscape): SagaView => sagaView(messages, parcel, known);

/** Every order of a few things; of many, some orders that anybody would think of. */
export function orders<T>(list: readonly T[]): (readonly T[])[] {
  const rotations = list.map((_, place) => [...list.slice(place), ...list.slice(0, place)]);
  return [...rotations, ...rotations.map((one) => one.toReversed())];
}
