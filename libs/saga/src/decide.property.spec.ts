import { type CommandClass, type EventClass, type Style, wireName } from '@duet/message';
import fc from 'fast-check';
import { deepStrictEqual } from 'node:assert/strict';
import * as b from './business.fixture';
import { decide, replay } from './decide';
import { type Input, type Instance, isEnded } from './instance';
import { answersOf, commandsOf } from './saga';
import { anything, stored, World } from './world.fixture';

const { placeOrder } = b;
const { orderId } = anything;
const started = (style: Style): Input => ({ is: 'started', at: 0, saga: orderId, style, facts: { orderId, total: 300 } });

const styles = fc.constantFrom<Style>('orchestration', 'hybrid');
const commands = fc.constantFrom(...commandsOf(placeOrder).map(wireName));
const reason = fc.record({ code: fc.string(), text: fc.string() });
const at = fc.nat(10_000_000);
const actor = fc.constant('somebody');
/** Anything that can be put in, whether or not it makes sense. */
const anyInput: fc.Arbitrary<Input> = fc.oneof(
  fc.record({ is: fc.constant('heard' as const), at, type: fc.constantFrom(...answersOf(placeOrder).keys()), body: fc.constant(anything) }),
  fc.record({
    is: fc.constant('heard' as const),
    at,
    type: fc.constantFrom(...answersOf(placeOrder).keys()),
    body: fc.constant({ orderId }),
    void: fc.constant(true as const),
  }),
  fc.record({ is: fc.constant('due' as const), at }),
  fc.record({ is: fc.constant('parked' as const), at, command: commands, reason }),
  fc.record({ is: fc.constant('freed' as const), at, command: commands }),
  fc.record({ is: fc.constant('cancel' as const), at, reason }),
  fc.record({ is: fc.constantFrom('pause' as const, 'resume' as const), at, actor }),
  fc.record({ is: fc.constant('retry' as const), at, actor }),
  fc.record({ is: fc.constant('retry' as const), at, actor, command: commands }),
  fc.record({ is: fc.constant('done' as const), at, actor, note: fc.string(), command: commands, body: fc.constant(anything) }),
);
const histories = fc.tuple(styles, fc.array(anyInput, { maxLength: 40 })).map(([style, inputs]) => stored([started(style), ...inputs]));

describe('whatever comes, in whatever order', () => {
  test('from its history alone an instance is computed again; both are stored as JSON', () => {
    fc.assert(
      fc.property(histories, (history) => {
        let instance: Instance | undefined;
        for (const input of history) {
          const decision = decide(placeOrder, instance, input)!;
          // Only what makes no sense is refused, and then nothing changes.
          if (decision.refused) deepStrictEqual(decision, { instance, commands: [], refused: decision.refused });
          instance = stored(decision.instance);
          deepStrictEqual(instance, decision.instance);
          deepStrictEqual(isEnded(instance.status), instance.waiting === undefined);
        }
        deepStrictEqual(replay(placeOrder, stored(history)), instance);
      }),
      { numRuns: 10_000 },
    );
  });
  test('what was heard, wished or told once changes nothing the second time', () => {
    fc.assert(
      fc.property(histories, anyInput, (history, input) => {
        fc.pre(!['due', 'retry', 'done'].includes(input.is));
        const { instance } = decide(placeOrder, replay(placeOrder, history), input)!;
        const again = decide(placeOrder, instance, input)!;
        deepStrictEqual(again, { instance, commands: [], ...(again.refused && { refused: again.refused }) });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('outcomes in any order lead to the same end', () => {
  const heard = (event: EventClass): Input => ({ is: 'heard', at: 1, type: wireName(event), body: anything });
  /** Answers with success whatever is asked for that is not in the set. */
  const end = (style: Style, inputs: readonly Input[]) => {
    let instance: Instance | undefined;
    const asked: CommandClass[] = [];
    const tell = (input: Input): void => {
      const decision = decide(placeOrder, instance, input)!;
      instance = decision.instance;
      asked.push(...decision.commands.map(({ command }) => command));
    };
    [started(style), ...inputs].forEach(tell);
    for (let command = asked.shift(); command; command = asked.shift()) {
      const undoing = 'undoes' in command || command === b.RejectOrder;
      if (undoing) tell(heard(command.ok));
    }
    const outcomes = Object.entries(instance!.asked).flatMap(([command, { outcome }]) => (outcome ? [`${command} ${outcome}`] : []));
    return { status: instance!.status, facts: instance!.facts, reason: instance!.reason, outcomes: outcomes.sort() };
  };
  const forward = [b.StockReserved, b.PaymentProcessed, b.OrderShipped, b.OrderConfirmed];
  test.each([
    ['all succeed', forward],
    ['the first step is refused', [b.StockRejected]],
    ['the second', [b.StockReserved, b.PaymentFailed]],
    ['the pivot', [b.StockReserved, b.PaymentProcessed, b.ShipmentFailed]],
    ['it was cancelled in time', [b.StockReserved, b.PaymentProcessed, b.ShipmentCancelled]],
    ['it was cancelled too late', [...forward, b.CancellationRefused]],
  ])('%s', (_, set) => {
    fc.assert(
      fc.property(styles, fc.shuffledSubarray(set.map(heard), { minLength: set.length }), (style, inputs) => {
        expect(end(style, inputs)).toEqual(end('orchestration', set.map(heard)));
        expect(isEnded(end(style, inputs).status)).toBe(true);
      }),
    );
  });
});

describe('among owners that are as bad as the runtime allows', () => {
  const tapes = fc.array(fc.nat(1_000), { minLength: 20, maxLength: 120, size: 'max' });
  test('a saga ends with all done, or with all undone that was done', () => {
    const seen = { completed: 0, compensated: 0 };
    fc.assert(
      fc.property(styles, tapes, (style, tape) => {
        const world = new World(placeOrder, style, tape).run();
        const { status } = world.instance!;
        const done = placeOrder.steps.filter(({ command }) => world.state(command) === 'done').map(({ command }) => command.type);
        const expected = { completed: placeOrder.steps.map(({ command }) => command.type), compensated: [] as string[] };
        deepStrictEqual({ wrong: world.wrong, done }, { wrong: [], done: expected[status as keyof typeof expected] });
        deepStrictEqual(world.state(b.RejectOrder), status === 'compensated' ? 'done' : 'none');
        deepStrictEqual(replay(placeOrder, world.history), world.instance);
        seen[status as keyof typeof seen] += 1;
      }),
      { numRuns: 4_000 },
    );
    // The worlds are not all of one kind.
    expect(Math.min(seen.completed, seen.compensated)).toBeGreaterThan(400);
  });
});
