import { type Attributes, type Span, type SpanOptions, useTracing } from '@duet/platform';
import type { PoolClient } from 'pg';
import { flightsOf, traceFlights } from './flights';
import { traceIdOf } from './traces';

/** What was begun, and what became of it. */
class Noted implements Span {
  readonly traceparent = 'here';
  attributes: Attributes = {};
  name = '';
  ended = 0;
  error: unknown;
  constructor(readonly options: SpanOptions) {}
  set(attributes: Attributes, name?: string): void {
    this.attributes = { ...this.attributes, ...attributes };
    if (name !== undefined) this.name = name;
  }
  end(error?: unknown): void {
    this.ended += 1;
    this.error = error;
  }
}

describe('flights of statements', () => {
  let spans: Noted[];
  let answers: { resolve: () => void; reject: (error: Error) => void }[];
  let client: PoolClient;
  beforeEach(() => {
    [spans, answers] = [[], []];
    useTracing({
      begin: (_, options) => {
        spans.push(new Noted(options));
        return spans.at(-1)!;
      },
      stop: async () => undefined,
    });
    const query = () => new Promise<void>((resolve, reject) => answers.push({ resolve, reject }));
    client = { query, database: 'shop', host: 'h', port: 5432 } as unknown as PoolClient;
    traceFlights(client);
  });
  afterEach(() => useTracing(undefined));
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const ask = (statement: string | { name: string; text: string }) =>
    void (client.query(statement as string) as Promise<unknown>).catch(() => undefined);

  it('are one span for what goes out together, until the last has landed, part of the unit', async () => {
    flightsOf(client, new Noted({}));
    ask('begin');
    ask({ name: 'duet-saga-lock', text: 'select …' });
    await settled();
    expect(spans).toHaveLength(1);
    expect(spans[0]).toMatchObject({ name: 'begin; duet-saga-lock', ended: 0, options: { kind: 'client', parent: 'here' } });
    expect(spans[0]?.attributes).toMatchObject({ 'db.operation.batch.size': 2 });
    answers[0]?.resolve();
    await settled();
    expect(spans[0]?.ended).toBe(0);
    answers[1]?.resolve();
    await settled();
    expect(spans[0]?.ended).toBe(1);
    ask('commit');
    await settled();
    expect(spans.map(({ name }) => name)).toEqual(['begin; duet-saga-lock', 'commit']);
  });

  it('tell what one of them failed of', async () => {
    flightsOf(client, new Noted({}));
    ask('begin');
    answers[0]?.reject(new TypeError('it is broken'));
    await settled();
    expect(spans[0]).toMatchObject({ ended: 1, error: new TypeError('it is broken') });
  });

  it('are not told of what is no part of a unit', async () => {
    ask('begin');
    flightsOf(client, new Noted({}));
    flightsOf(client, undefined);
    ask('commit');
    await settled();
    expect(spans).toEqual([]);
  });

  it.each([
    ['update "stock" set available = x.n from unnest($1::int[]) as x', 'update stock'],
    ['select "name" from "product" where sku = any($1) for update', 'select product'],
    ['insert into "reservation" select * from unnest($1) on conflict do update set n = 1', 'insert reservation'],
    ['with gone as (delete from duet.timer using unnest($1) as t returning 1) select * from gone', 'delete duet.timer'],
    ['select * from unnest($1) as u cross join lateral (select id from saga_instance offset 0) s', 'select saga_instance'],
  ])('name a statement by what it does to which table: %s', async (text, name) => {
    flightsOf(client, new Noted({}));
    ask(text);
    await settled();
    expect(spans[0]?.name).toBe(name);
  });
});

describe("a saga's trace", () => {
  it('has its id without hyphens, where that is a UUID; else one that follows from it', () => {
    expect(traceIdOf({ process: 'place-order', saga: 'A622938B-f5ee-5680-919d-d30b5aa89e10' })).toBe('a622938bf5ee5680919dd30b5aa89e10');
    const other = traceIdOf({ process: 'place-order', saga: 'order 7' });
    expect(other).toMatch(/^[0-9a-f]{32}$/);
    expect(traceIdOf({ process: 'place-order', saga: 'order 7' })).toBe(other);
    expect(traceIdOf({ process: 'return-order', saga: 'order 7' })).not.toBe(other);
  });
});
