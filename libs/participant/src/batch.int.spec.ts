import { randomUUID } from 'node:crypto';
import { memoryBroker } from '@duet/kafka';
import {
  type CallHandler,
  type ExecutionContext,
  type INestApplication,
  Injectable,
  type NestInterceptor,
  type PipeTransform,
} from '@nestjs/common';
import { APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import fc from 'fast-check';
import { Harness } from './fixture/harness.fixture';
import { HoldItem } from './fixture/till.messages.fixture';
import { TillStore } from './fixture/till.store';
import { Participant } from './participant';
import type { Visit } from './visit';

jest.setTimeout(60_000);

/** Lets others go first a number of times, different from message to message. */
const detour = async (data: unknown): Promise<void> => {
  const turns = data instanceof HoldItem ? (data.basketId.charCodeAt(0) % 4) + data.quantity : 1;
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
};

@Injectable()
class SlowPipe implements PipeTransform {
  async transform(data: unknown): Promise<unknown> {
    await detour(data);
    return data;
  }
}
@Injectable()
class SlowInterceptor implements NestInterceptor {
  async intercept(context: ExecutionContext, next: CallHandler) {
    await detour(context.switchToRpc().getContext<Visit>().message.body);
    return next.handle();
  }
}

interface Wish {
  readonly sku: number;
  readonly quantity: number;
}
/** Mostly the same item; some that are unknown. */
const wishes = fc.array(
  fc.record({
    sku: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 3 })),
    quantity: fc.integer({ min: 1, max: 4 }),
  }),
  { minLength: 1, maxLength: 40 },
);

describe.each([
  ['plainly', []],
  [
    'through an async interceptor and an async pipe',
    [
      { provide: APP_PIPE, useClass: SlowPipe },
      { provide: APP_INTERCEPTOR, useClass: SlowInterceptor },
    ],
  ],
])('a unit of many messages, handled %s', (_, providers) => {
  let till: Harness;
  let app: INestApplication;
  beforeAll(async () => {
    till = await Harness.start();
    app = await till.replica({}, { broker: memoryBroker(), providers });
  });
  afterAll(() => till.stop());

  /** What became of the wishes, and of the items; the items get names of their own. */
  async function outcome(all: readonly Wish[], together: boolean) {
    const skus = [0, 1, 2].map((n) => `${n}-${randomUUID()}`);
    await till.sql('insert into item (sku, available) select unnest($1::text[]), unnest($2::int[])', [skus, [12, 4, 3]]);
    const ids = all.map(() => randomUUID());
    const items = all.map(({ sku, quantity }, place) =>
      till.item(HoldItem, { basketId: ids[place] ?? '', sku: skus[sku] ?? 'unknown', quantity }),
    );
    if (together) await app.get(Participant).submit(items);
    else for (const item of items) await app.get(Participant).submit([item]);
    const steps = await till.sql<{ saga_id: string; state: string }>(
      "select saga_id, state from duet.step where step = 'till.HoldItem' and saga_id = any($1)",
      [ids],
    );
    const rows = await till.sql<{ sku: string; available: string; held: string }>('select * from item where sku = any($1) order by sku', [
      skus,
    ]);
    return {
      outcomes: ids.map((id) => steps.find(({ saga_id }) => saga_id === id)?.state),
      items: rows.map(({ sku, available, held }) => [sku.slice(0, 1), available, held]),
    };
  }

  it('ends as if they had been handled one by one, whatever they ask for', async () => {
    await fc.assert(
      fc.asyncProperty(wishes, async (all) => {
        expect(await outcome(all, true)).toEqual(await outcome(all, false));
      }),
      { numRuns: 8 },
    );
  });

  it('joins the store calls of all its messages into one', async () => {
    const { joined } = app.get(TillStore);
    joined.length = 0;
    await outcome(
      Array.from({ length: 100 }, (__, place) => ({ sku: place % 4, quantity: 1 })),
      true,
    );
    expect(joined).toEqual([100]);
  });
});
