import type { CommandClass, EventClass, OutcomeOf } from '@duet/message';
import { createParamDecorator, type ExecutionContext, UseFilters } from '@nestjs/common';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import type { Call, Heard, Noted, StepInfo } from './call';
import { LetErrorsThrough } from './errors.filter';
import { pattern } from './task';
import type { Visit } from './visit';

/** What the second and third parameter of a handler are: taken from the context, since Nest by default hands over the payload alone. */
const Result = createParamDecorator((_: unknown, context: ExecutionContext) => context.switchToRpc().getContext<Visit>().result);
const About = createParamDecorator((_: unknown, context: ExecutionContext) => context.switchToRpc().getContext<Visit>().about);

function register(name: string | string[], second?: () => ParameterDecorator, third?: () => ParameterDecorator) {
  return (target: object, key: string | symbol, method: PropertyDescriptor): void => {
    Payload()(target, key, 0);
    second?.()(target, key, 1);
    third?.()(target, key, 2);
    UseFilters(LetErrorsThrough)(target, key, method);
    MessagePattern(name as string, Transport.KAFKA)(target, key, method);
  };
}

/**
 * Asks the outside world, before any transaction; may run again with the same key. Its result is handed to the handler.
 * An event may be named instead (a mail): then there is no outcome, and the result is handed to `@Hears` if there is one.
 * What it throws is tried again with the same key; `NotRetryable` parks the message for a person.
 */
export const Calls =
  <M extends CommandClass | EventClass>(message: M) =>
  <F extends (data: InstanceType<M>, call: Call) => Promise<unknown>>(
    target: object,
    key: string | symbol,
    method: TypedPropertyDescriptor<F>,
  ): void =>
    register(pattern.call(message), () => About())(target, key, method);

/**
 * Runs inside the unit of work and returns the outcome. Which style asked is not visible.
 * A refusal is a value: what is thrown makes the message wait and be tried again.
 */
export const Handles =
  <C extends CommandClass>(command: C) =>
  // The result's type is whatever @Calls returned: the two meet in the class, where the compiler sees both.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  <F extends (data: InstanceType<C>, result: any, step: StepInfo) => Promise<OutcomeOf<C>>>(
    target: object,
    key: string | symbol,
    method: TypedPropertyDescriptor<F>,
  ): void =>
    register(
      pattern.command(command),
      () => Result(),
      () => About(),
    )(target, key, method);

/** Takes note of events inside the unit of work, in every style. After `@Calls` of the same event it is given what the call returned. */
export const Hears =
  <E extends readonly [EventClass, ...EventClass[]]>(...events: E) =>
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  <F extends (data: InstanceType<E[number]>, result: any, heard: Heard) => Promise<void>>(
    target: object,
    key: string | symbol,
    method: TypedPropertyDescriptor<F>,
  ): void =>
    register(
      events.map((event) => pattern.event(event)),
      () => Result(),
      () => About(),
    )(target, key, method);

/**
 * Takes note of events for a projection, inside a unit of work: all that have come at once in one call, without their sagas' locks and without an inbox.
 * So it is for what is known by the message's id and bears to be noted twice and in any order; whatever else hears, `Hears`.
 */
export const Notes =
  <E extends readonly [EventClass, ...EventClass[]]>(...events: E) =>
  <F extends (noted: readonly Noted<InstanceType<E[number]>>[]) => Promise<void>>(
    target: object,
    key: string | symbol,
    method: TypedPropertyDescriptor<F>,
  ): void =>
    register(events.map((event) => pattern.notes(event)))(target, key, method);
