import { isPromise } from 'node:util/types';
import { type Span, tracing, type Tracing } from '@duet/platform';
import type { PoolClient } from 'pg';

/** The unit that a connection works for. */
const units = new WeakMap<PoolClient, Span>();

/** From now on what is asked on this connection is part of that span; of none, if none is given. */
export function flightsOf(client: PoolClient, unit: Span | undefined): void {
  if (unit) units.set(client, unit);
  else units.delete(client);
}

/** Statements that were asked in one turn of the event loop, and so go out together: one span, until the last of them is answered. */
class Flight {
  private readonly span: Span;
  private readonly names: string[] = [];
  private open = 1;
  private error: unknown;

  constructor(traces: Tracing, unit: Span, client: PoolClient) {
    const { database, host, port } = client as unknown as { database?: string; host?: string; port?: number };
    const attributes = { 'db.system.name': 'postgresql', 'db.namespace': database, 'server.address': host, 'server.port': port };
    this.span = traces.begin('statements', { kind: 'client', parent: unit.traceparent, attributes });
  }

  add(statement: unknown, answer: Promise<unknown>): void {
    this.names.push(nameOf(statement));
    this.open += 1;
    answer.then(
      () => this.landed(),
      (error: unknown) => {
        this.error ??= error;
        this.landed();
      },
    );
  }

  /** Nothing is added any more. */
  leave(): void {
    const { names } = this;
    const batch = names.length > 1 && { 'db.operation.name': 'BATCH', 'db.operation.batch.size': names.length };
    this.span.set({ 'db.query.summary': names.join('; '), ...batch }, names.join('; ').slice(0, 120));
    this.landed();
  }

  private landed(): void {
    this.open -= 1;
    if (this.open === 0) this.span.end(this.error);
  }
}

/** Has each flight on a new connection told, where there are traces. */
export function traceFlights(client: PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  let flight: Flight | undefined;
  client.query = ((statement: unknown, ...rest: unknown[]) => {
    const answer = query(statement, ...rest);
    const [unit, traces] = [units.get(client), tracing()];
    if (!unit || !traces || !isPromise(answer)) return answer;
    if (!flight) {
      flight = new Flight(traces, unit, client);
      process.nextTick(() => {
        flight?.leave();
        flight = undefined;
      });
    }
    flight.add(statement, answer);
    return answer;
  }) as typeof client.query;
}

/** A statement's own name, or what it does to which table: few, and without data. */
function nameOf(statement: unknown): string {
  const { name, text = '' } = (typeof statement === 'object' ? statement : { text: statement }) as { name?: string; text?: string };
  if (name !== undefined) return name;
  const [verb = ''] = /\w+/.exec(text.replace(/^\s*with\b.*?\bas\s*\(/is, '')) ?? [];
  const tables = [...text.matchAll(/\b(?:from|into|update)\s+"?([\w."]+)/gi)].map(([, table = '']) => table.replaceAll('"', ''));
  return [verb.toLowerCase(), tables.find((table) => !noTables.has(table.toLowerCase()))].filter(Boolean).join(' ');
}
/** What stands where a table does, and is none: arrays, `for update of`, `do update set`. */
const noTables = new Set(['unnest', 'of', 'set', 'skip']);
