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
import { applies, type Reactions, type ReactionTable } from './reactions';
import type { Definition } from './saga';
import { begin, type GivenSaga } from './saga-kit';

export { type GivenSaga, operator, owner } from './saga-kit';

type Expected<Cs extends readonly CommandClass[]> = { readonly [I in keyof Cs]: readonly [Cs[I], DataOf<Cs[I]>] };

interface GivenReactions {
  /** An event, made by its class's `of`; the style is choreography unless told otherwise. */
  when(
    event: object,
    options?: { style?: Style },
  ): {
    then<Cs extends readonly CommandClass[]>(...expected: Expected<Cs>): void;
  };
}

/**
 * Given what the saga knows, when an event is heard, then these commands and no others, in this order:
 * `given(reactions, order).when(StockReserved.of({ orderId })).then([ProcessPayment, { … }])`.
 *
 * An orchestrated saga is given what has happened to it so far, and a clock that stands until it is told to move:
 * `given(placeOrder, [placed, reserved]).after('30s').then([RefundPayment, { … }]).is('compensating')`.
 *
 * What `then` throws is an AssertionError, so any test runner shows the difference. The idea is Emmett's kit for deciders.
 */
export function given<Start extends EventClass>(table: Reactions<Start>, start: DataOf<Start>, ...added: readonly object[]): GivenReactions;
export function given(definition: Definition, history: readonly object[], options?: { style?: Style }): GivenSaga;
export function given(what: ReactionTable | Definition, known: object, ...more: readonly (object | undefined)[]): unknown {
  return 'steps' in what ? begin(what, known as readonly object[], more[0]) : reacting(what, Object.assign({}, known, ...more) as Facts);
}

const reacting = ({ entries }: ReactionTable, known: Facts): GivenReactions => ({
  when(event, { style = 'choreography' } = {}) {
    const heard = event.constructor as unknown as MessageClass;
    const commands = entries
      .filter((entry) => wireName(entry.heard) === wireName(heard) && applies(entry.when, style))
      .map((entry) => [wireName(entry.command), fieldsOnly(entry.command, entry.build({ ...known, ...event }))]);
    return {
      then(...expected) {
        deepStrictEqual(
          commands,
          (expected as readonly (readonly [CommandClass, object])[]).map(([command, data]) => [wireName(command), data]),
        );
      },
    };
  },
});
