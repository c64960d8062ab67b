import { deepStrictEqual } from 'node:assert/strict';
import {
  type CommandClass,
  type DataOf,
  type EventClass,
  type Facts,
  fieldsOnly,
  type MessageClass,
  type Style,
  wireName,
} from '@duet/message';
import { applies, type Reactions } from './reactions';

type Expected<Cs extends readonly CommandClass[]> = { readonly [I in keyof Cs]: readonly [Cs[I], DataOf<Cs[I]>] };

/**
 * Given what the saga knows, when an event is heard, then these commands and no others, in this order:
 * `given(reactions, order).when(StockReserved.of({ orderId }), { style: 'choreography' }).then([ProcessPayment, { … }])`.
 * What `then` throws is an AssertionError, so any test runner shows the difference. The idea is Emmett's kit for deciders.
 */
export function given<Start extends EventClass>(table: Reactions<Start>, start: DataOf<Start>, ...added: readonly object[]) {
  return {
    /** An event, made by its class's `of`; the style is choreography unless told otherwise. */
    when(event: object, { style = 'choreography' }: { style?: Style } = {}) {
      const heard = event.constructor as unknown as MessageClass;
      const facts: Facts = Object.assign({}, start, ...added, event) as Facts;
      const commands = table.entries
        .filter((entry) => wireName(entry.heard) === wireName(heard) && applies(entry.when, style))
        .map((entry) => [wireName(entry.command), fieldsOnly(entry.command, entry.build(facts))]);
      return {
        then<Cs extends readonly CommandClass[]>(...expected: Expected<Cs>): void {
          deepStrictEqual(
            commands,
            (expected as readonly (readonly [CommandClass, object])[]).map(([command, data]) => [wireName(command), data]),
          );
        },
      };
    },
  };
}
