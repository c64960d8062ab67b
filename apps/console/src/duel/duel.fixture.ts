import type { FlowView, MessageView, SagaStepView, Style } from '../api/types';
import type { Side } from './duel';

/** What a message of these specs says beside its type: `after` is the type of what caused it. */
type More = Partial<MessageView> & { readonly after?: string };
type Said = readonly [type: string, more?: More];

/** A log, 10 ms from one message to the next, each caused by the one before it. */
export function logOf(...said: readonly Said[]): MessageView[] {
  const log: MessageView[] = [];
  for (const [n, [type, { after, ...more } = {}]] of said.entries()) {
    const cause = after === undefined ? log.at(-1) : log.find((message) => message.type === after);
    log.push({
      ...{ id: `m${n}`, position: String(n), type, kind: 'event', service: type.slice(0, type.indexOf('.')) },
      ...{ at: new Date(n * 10).toISOString(), sinceStartMs: n * 10, hop: (cause?.hop ?? -1) + 1, seq: n, void: false },
      ...(cause && { cause: cause.id, causeType: cause.type }),
      ...{ means: 'forward', body: {} },
      ...more,
    });
  }
  return log;
}

/** The leader's command. */
export const asked = (type: string, more: More = {}): Said => [
  type,
  { kind: 'command', service: 'leader', to: type.slice(0, type.indexOf('.')), ...more },
];

export const step = (command: string, on: string, more: Partial<SagaStepView> = {}): SagaStepView => ({
  ...{ command, service: command.slice(0, command.indexOf('.')), kind: 'compensatable', state: 'done', forward: true },
  ...{ by: command === on ? 'command' : 'reaction', on, asked: 1 },
  ...more,
});

const side = (style: Style, steps: SagaStepView[], log: MessageView[]): Side => ({ style, steps, log });

/** A parcel is packed, cannot be paid, and is unpacked: nobody leads. */
export const danced = side(
  'choreography',
  [
    step('store.Pack', 'desk.Taken', { answer: 'store.Packed', state: 'undone' }),
    step('till.Pay', 'store.Packed', { answer: 'till.NotPaid', state: 'refused' }),
    step('post.Send', 'till.Paid', { state: 'open', kind: 'pivot' }),
    step('desk.Refuse', 'till.NotPaid', { answer: 'desk.Refused', forward: false, kind: 'retriable' }),
  ],
  logOf(
    ['desk.Taken'],
    ['store.Packed'],
    ['till.NotPaid', { means: 'refusal', reason: { code: 'no-money', text: 'there is no money' } }],
    ['store.Unpacked', { means: 'undo', undoes: 'store.Pack', after: 'till.NotPaid' }],
    ['desk.Refused', { means: 'undo', after: 'till.NotPaid' }],
  ),
);

/** The same, led. */
export const led = side(
  'orchestration',
  [
    step('store.Pack', 'store.Pack', { answer: 'store.Packed', state: 'undone', undo: { command: 'store.Unpack', state: 'done' } }),
    step('till.Pay', 'till.Pay', { answer: 'till.NotPaid', state: 'refused' }),
    step('post.Send', 'post.Send', { state: 'open', kind: 'pivot' }),
    step('desk.Refuse', 'desk.Refuse', { answer: 'desk.Refused', forward: false, kind: 'retriable' }),
  ],
  logOf(
    ['desk.Taken'],
    asked('store.Pack'),
    ['store.Packed'],
    asked('till.Pay'),
    ['till.NotPaid', { means: 'refusal', reason: { code: 'no-money', text: 'there is no money' } }],
    asked('store.Unpack', { means: 'undo', undoes: 'store.Pack' }),
    ['store.Unpacked', { means: 'undo', undoes: 'store.Pack' }],
    asked('desk.Refuse', { means: 'undo' }),
    ['desk.Refused', { means: 'undo' }],
  ),
);

/** Who declares to hear what in the dance. */
export const edges: FlowView['edges'] = [
  ['desk.Taken', 'store'] as const,
  ['store.Packed', 'till'] as const,
  ['till.NotPaid', 'store'] as const,
  ['till.NotPaid', 'desk'] as const,
].map(([type, to]) => ({
  ...{ from: type.slice(0, type.indexOf('.')), to, type, kind: 'event', means: 'forward', declaredIn: ['choreography'] },
  ...{ choreography: 1, orchestration: 0, hybrid: 0, notedIn: [], latencyIn: {} },
}));
