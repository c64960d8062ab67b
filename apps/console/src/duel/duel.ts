import type { FlowView, MessageView, SagaDetail, SagaStepView } from '../api/types';

/** As much of a saga as a duel looks at. */
export type Side = Pick<SagaDetail, 'style' | 'steps' | 'log'>;

/** One step of a duel: what is said at the same point of the business, in one style or in several. */
export interface Frame {
  /** The message that each side moves by, in the order of the sides; undefined where a side stands still. */
  readonly moves: readonly (MessageView | undefined)[];
  /** How many messages of each side's log have been said by then. */
  readonly said: readonly number[];
}

/**
 * The logs of several sagas as one row of steps. Equal events stand in one step, however fast each side was: so both sides are always seen at the same point of the business, and what only one
 * of them needs (a leader's commands) gets a step of its own.
 */
export function framesOf(sides: readonly Pick<Side, 'log'>[]): Frame[] {
  const frames: Frame[] = [];
  let said: readonly number[] = sides.map(() => 0);
  for (;;) {
    const heads = sides.map(({ log }, side) => log[said[side]!]);
    const type = nextOf(sides, said, heads);
    if (type === undefined) return frames;
    const moves = heads.map((head) => (head?.type === type ? head : undefined));
    said = said.map((count, side) => (moves[side] ? count + 1 : count));
    frames.push({ moves, said });
  }
}

/** A command comes first, for it leads to an event; then an event that no other side has still before it, or else the one that another side says last, so that the fewest fall out of step. */
function nextOf(sides: readonly Pick<Side, 'log'>[], said: readonly number[], heads: Frame['moves']): string | undefined {
  const left = heads.filter((head) => head !== undefined);
  const command = left.find(({ kind }) => kind === 'command');
  if (command) return command.type;
  const distances = left.map(({ type }) => {
    const after = sides.map(({ log }, side) => log.slice(said[side]).findIndex((message) => message.type === type));
    const farthest = Math.max(...after);
    return farthest === 0 ? Number.POSITIVE_INFINITY : farthest;
  });
  return left[distances.indexOf(Math.max(...distances))]?.type;
}

/** Who asks others for their steps in this saga; undefined where nobody does, or nobody has yet. */
export const leaderOf = ({ log }: Pick<Side, 'log'>): string | undefined => log.find(({ kind }) => kind === 'command')?.service;

/** What messages of the runtime itself begin with: that one is parked, or free again. */
export const ofRuntime = 'duet.';

/** How a side stood after its first so many messages. */
export function stateAt({ log, steps, state }: Pick<SagaDetail, 'log' | 'steps' | 'state'>, said: number): string {
  const soFar = log.slice(0, said);
  if (steps.some((step) => stepStateAt(step, soFar) === 'parked')) return 'parked';
  if (said >= log.length) return state;
  return soFar.some(({ means }) => means === 'refusal' || means === 'undo') ? 'compensating' : 'running';
}

/** How a step stood after the first so many messages: as in SagaStepView, but for what a service does not tell. */
export function stepStateAt(step: SagaStepView, log: readonly MessageView[]): SagaStepView['state'] {
  const undo = log.filter(({ undoes }) => undoes === step.command);
  if (undo.some(({ kind }) => kind === 'event')) return 'undone';
  if (undo.length > 0) return 'undoing';
  const answer = log.find(({ type, kind }) => kind === 'event' && type === step.answer);
  if (answer) return answer.means === 'refusal' || step.state === 'refused' ? 'refused' : step.state === 'void' ? 'void' : 'done';
  if (!log.some(({ type }) => type === step.on)) return 'open';
  return step.state === 'parked' && !step.answer ? 'parked' : 'waiting';
}

/** How much of a saga a service has said or heard. */
export interface Knowing {
  readonly service: string;
  readonly messages: number;
  /** It asks the others for what they do. */
  readonly leads: boolean;
}

/**
 * Who knows how much of what was said so far, the most first: what a service said itself, and what it heard as its manifest declares, or as what it said because of it shows.
 */
export function knowingOf({ style, log }: Pick<Side, 'style' | 'log'>, said: number, edges: FlowView['edges']): Knowing[] {
  const leader = leaderOf({ log });
  const soFar = log.slice(0, said);
  const listeners = new Set(edges.filter(({ declaredIn }) => declaredIn.includes(style)).map(({ to, type }) => `${to} ${type}`));
  const reacted = new Set(log.map(({ service, cause }) => `${service} ${cause}`));
  const services = [...new Set(log.flatMap(({ service, to }) => (to === undefined ? [service] : [service, to])))];
  const hears = (service: string, message: MessageView): boolean =>
    message.service === service ||
    message.to === service ||
    listeners.has(`${service} ${message.type}`) ||
    reacted.has(`${service} ${message.id}`);
  return services
    .map((service) => ({ service, messages: soFar.filter((message) => hears(service, message)).length, leads: service === leader }))
    .sort((a, b) => Number(b.leads) - Number(a.leads) || b.messages - a.messages);
}

/** What a saga came to, up to a step. */
export interface Figures {
  readonly messages: number;
  readonly commands: number;
  readonly hops: number;
  /** From its first message, in milliseconds. */
  readonly ms: number;
}

/** The figures of the first so many messages. */
export function figuresOf({ log }: Pick<Side, 'log'>, said: number): Figures {
  const soFar = log.slice(0, said);
  return {
    messages: soFar.length,
    commands: soFar.filter(({ kind }) => kind === 'command').length,
    hops: Math.max(0, ...soFar.map(({ hop }) => hop)),
    ms: Math.max(0, ...soFar.map(({ sinceStartMs }) => sinceStartMs)),
  };
}
