import { type CommandClass, type Reason, wireName } from '@duet/message';
import { type Input, type Instance, isEnded } from './instance';
import { askedOf, awaited, openUndos, pivotOf } from './position';
import { commandsOf, type Definition } from './saga';

/** Why a person's wish makes no sense as the saga stands; undefined if it does, or if nobody wished for it. */
export function refusalOf(definition: Definition, instance: Instance, input: Input): Reason | undefined {
  switch (input.is) {
    case 'cancel':
      return tooLate(definition, instance);
    case 'pause':
      return isEnded(instance.status) ? ended(instance) : instance.status === 'watching' ? watching : undefined;
    case 'retry':
      return noRetry(definition, instance, input.command);
    case 'done':
      return notToSettle(definition, instance, input);
    default:
      return undefined;
  }
}

/** What would happen if a saga were cancelled now. */
export interface CancelPreview {
  readonly tooLate?: Reason;
  /** In the order in which they would be sent. */
  readonly undos: readonly CommandClass[];
  /** The pivot may be under way: its owner is asked first, and may say that it is too late. */
  readonly asks?: CommandClass;
}

/** What would happen if it were cancelled now: the undos that would be sent, the question that would be asked first, or why it is too late. */
export function cancelPreview(definition: Definition, instance: Instance): CancelPreview {
  const late = tooLate(definition, instance);
  if (late) return { tooLate: late, undos: [] };
  const asks = instance.reason ? undefined : questionFirst(definition, instance);
  return { undos: openUndos(definition, instance).map(({ undo }) => undo), ...(asks && { asks }) };
}

/** Before the pivot is asked for, a wish to cancel is enough; from then on its owner is asked. */
export function questionFirst(definition: Definition, instance: Instance): CommandClass | undefined {
  const pivot = pivotOf(definition);
  return pivot && askedOf(instance, pivot.command).times > 0 ? pivot.back?.command : undefined;
}

const ended = ({ status }: Instance): Reason => ({ code: 'ended', text: `it has ended: it is ${status}` });
const watching: Reason = {
  code: 'watching',
  text: 'its services go on by themselves; what is held can be tried again at the service that holds it',
};

function tooLate(definition: Definition, instance: Instance): Reason | undefined {
  if (instance.status === 'completed') return { code: 'too-late', text: 'it is completed' };
  const pivot = pivotOf(definition);
  if (!pivot || instance.reason) return undefined;
  const late =
    askedOf(instance, pivot.command).outcome === 'ok' || (pivot.back && askedOf(instance, pivot.back.command).outcome === 'fail');
  return late ? { code: 'too-late', text: `${wireName(pivot.command)} is done, and after it there is no way back` } : undefined;
}

function noRetry(definition: Definition, instance: Instance, command: string | undefined): Reason | undefined {
  if (isEnded(instance.status)) return ended(instance);
  if (instance.paused) return { code: 'paused', text: 'it is paused; resume it first' };
  if (instance.status === 'watching') return watching;
  if (command !== undefined) return notAwaited(definition, instance, command);
  const { waiting } = instance;
  return waiting && awaited(definition, instance).length === 0 ? notAwaited(definition, instance, waiting.command) : undefined;
}

function notAwaited(definition: Definition, instance: Instance, command: string): Reason | undefined {
  const { times, outcome } = askedOf(instance, command);
  if (times === 0) return { code: 'not-asked', text: `${command} has not been asked for by this orchestrator` };
  if (outcome === 'void')
    return {
      code: 'void',
      text: `${command} was refused because it had been undone before, and would be again; the saga is turned back when its time is up`,
    };
  if (outcome !== undefined) return { code: 'answered', text: `${command} has been answered already` };
  if (awaited(definition, instance).some((each) => wireName(each) === command)) return undefined;
  return { code: 'turned-back', text: `${command} is no longer wanted: the saga has been turned back` };
}

function notToSettle(
  definition: Definition,
  instance: Instance,
  { command: name, outcome }: Extract<Input, { is: 'done' }>,
): Reason | undefined {
  if (isEnded(instance.status)) return ended(instance);
  const command = commandsOf(definition).find((each) => wireName(each) === name);
  const answers = command ? [command.ok, command.fail].flatMap((event) => (event ? [wireName(event)] : [])) : [];
  if (command && outcome !== undefined && !answers.includes(outcome))
    return { code: 'no-outcome', text: `${name} is answered by ${answers.join(' or ')}, not by ${outcome}` };
  return notAwaited(definition, instance, name);
}
