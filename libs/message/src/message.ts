import 'reflect-metadata';
import { IsString } from 'class-validator';

/** Any class of data, made by `context()` or written by hand. */
export type Class = abstract new (...args: never[]) => object;

declare const brand: unique symbol;
/** Two messages with the same fields are still two messages. */
interface Branded<T extends string> {
  readonly [brand]?: T;
}

/** The data of a message: the fields of its class. */
export type DataOf<M extends Class> = Omit<InstanceType<M>, typeof brand>;

interface Named {
  /** The name within the context: `ReserveStock`. */
  readonly type: string;
  /** The bounded context that owns it: `inventory`. */
  readonly context: string;
  /** Counts the breaking changes of its fields, from 1. A reader sets aside versions that it does not know. */
  readonly version: number;
  /** The topic that it travels by, where that is not its context's: the runtime's own events. */
  readonly topic?: string;
}

/** A fact: something has happened. */
export type EventClass = Class & Named & { readonly kind: 'event' };

/** A request to one owner to do something, with the events that may answer it. */
export type CommandClass = Class &
  Named & {
    readonly kind: 'command';
    /** The event that says it was done. */
    readonly ok: EventClass;
    /** The event that says it was refused; a command that never refuses has none. */
    readonly fail: EventClass | undefined;
  };

/** Anything that travels. */
export type MessageClass = EventClass | CommandClass;

/**
 * A command that can be undone must be able to refuse: an action that arrives after its undo is refused by the runtime,
 * which builds the refusal from the command and a reason.
 */
export type Refusable = CommandClass & { readonly fail: EventClass };
type RefusableByRuntime<C extends Refusable> =
  DataOf<C> & { reason: Reason } extends DataOf<C['fail']> ? C : 'the refusal needs more than the command and a reason';

/** The commands that compensate `C`. */
export type UndoOf<C> = CommandClass & { readonly undoes: C };
/** The commands that ask whether `C` can still be prevented. */
export type CancelOf<C> = CommandClass & { readonly cancels: C };
/** A message of a class that is known only when the program runs; where it is written down, `of` checks the fields. */
export const messageOf = (cls: MessageClass, data: object): object => Object.assign(Object.create(cls.prototype as object) as object, data);
/** What a handler of `C` may return: one of the two events that answer it. */
export type OutcomeOf<C extends CommandClass> = InstanceType<C['ok']> | (C['fail'] extends EventClass ? InstanceType<C['fail']> : never);

/** Why something was refused or undone: a code for programs (`no-stock`), a text for people. */
export class Reason {
  @IsString() code!: string;
  @IsString() text!: string;
}

/** Built by `of`, never by `new`: every field is asked for, none is invented. */
interface Of {
  of<M extends Class>(this: M, data: DataOf<M>): InstanceType<M>;
}
type Made<T extends string, S> = (abstract new () => Branded<T>) &
  Of & { readonly type: T; readonly context: string; readonly version: number } & S;

interface Versioned {
  /** Raise it with a breaking change of the fields; 1 when left out. */
  version?: number;
}

const ways = new WeakMap<object, CommandClass[]>();

/**
 * The undos and cancel questions that the contract declares for a command, whoever handles them, or nobody. What comes back has the names and outcomes of
 * their classes, not the fields. Known as soon as the file with the contract is loaded.
 */
export const waysBackFrom = (command: CommandClass): readonly CommandClass[] => ways.get(command) ?? [];

function wayBack(from: object, made: unknown): unknown {
  ways.set(from, [...(ways.get(from) ?? []), made as CommandClass]);
  return made;
}

function message(
  kind: 'event' | 'command',
  context: string,
  type: string,
  { version = 1, ...more }: Versioned & Record<string, unknown>,
): unknown {
  abstract class Message {
    static of(this: new () => object, data: object): object {
      return Object.assign(new this(), data);
    }
  }
  return Object.assign(Message, { kind, context, type, version, ...more });
}

/**
 * A bounded context: the owner of its commands and events. What it makes is extended by the message's class, which adds the fields:
 * `class StockReserved extends inventory.event('StockReserved') { @IsUUID() orderId!: string }`.
 * One class is the type, the validation and the wire name (the idea of a message declared once is node-ts/bus's).
 */
export const context = (name: string) => ({
  event: <T extends string>(type: T, options: Versioned & { topic?: string } = {}) =>
    message('event', name, type, { ...options }) as Made<T, { readonly kind: 'event' }>,

  command: <T extends string, Ok extends EventClass, Fail extends EventClass | undefined = undefined>(
    type: T,
    answers: { ok: Ok; fail?: Fail } & Versioned,
  ) =>
    message('command', name, type, { fail: undefined, ...answers }) as Made<
      T,
      { readonly kind: 'command'; readonly ok: Ok; readonly fail: Fail }
    >,

  /** The command that compensates `of`. It can run blind: before, after or without its action. */
  undo: <T extends string, C extends Refusable, Ok extends EventClass>(
    type: T,
    { of, ...answers }: { of: C & RefusableByRuntime<C>; ok: Ok } & Versioned,
  ) =>
    wayBack(of, message('command', name, type, { ...answers, fail: undefined, undoes: of })) as Made<
      T,
      { readonly kind: 'command'; readonly ok: Ok; readonly fail: undefined; readonly undoes: C }
    >,

  /** Asks the owner of a pivot whether there is still a way back; `ok` promises that the pivot never happens. */
  cancel: <T extends string, C extends Refusable, Ok extends EventClass, Fail extends EventClass>(
    type: T,
    { of, ...answers }: { of: C & RefusableByRuntime<C>; ok: Ok; fail: Fail } & Versioned,
  ) =>
    wayBack(of, message('command', name, type, { ...answers, cancels: of })) as Made<
      T,
      { readonly kind: 'command'; readonly ok: Ok; readonly fail: Fail; readonly cancels: C }
    >,
});
