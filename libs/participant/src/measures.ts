import { Counter, Gauge, Histogram, register } from 'prom-client';

/** The runtime's metrics, in the process's default registry. Labels are few and bounded: never a saga. */
export class Measures {
  private readonly items = metric(
    'duet_unit_items',
    (name) =>
      new Histogram({ name, help: 'Messages, visits and starts in one unit of work', buckets: [1, 2, 5, 10, 20, 50, 100, 200, 400] }),
  );
  private readonly seconds = metric(
    'duet_unit_seconds',
    (name) =>
      new Histogram({
        name,
        help: 'Duration of one unit of work, from begin to commit',
        buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
      }),
  );
  readonly handled = metric(
    'duet_handled_total',
    (name) => new Counter({ name, help: 'Commands carried out and events noted', labelNames: ['task'] }),
  );
  readonly duplicates = metric('duet_duplicates_total', (name) => new Counter({ name, help: 'Messages that had been received before' }));
  readonly aside = metric(
    'duet_set_aside_total',
    (name) => new Counter({ name, help: 'Messages that could not be understood and were set aside', labelNames: ['code'] }),
  );
  readonly held = metric(
    'duet_held',
    (name) => new Gauge({ name, help: 'Messages that wait at this service, by state', labelNames: ['state'] }),
  );
  readonly unsent = metric('duet_outbox_unsent', (name) => new Gauge({ name, help: 'Committed messages that have not been sent yet' }));

  readonly timersFired = metric(
    'duet_timers_fired_total',
    (name) => new Counter({ name, help: 'Timers that have fired', labelNames: ['name'] }),
  );
  readonly timersDue = metric(
    'duet_timers_due',
    (name) =>
      new Gauge({
        name,
        help: 'Timers that are overdue: they wait until what was written by their time has been read',
        labelNames: ['name'],
      }),
  );

  readonly pruned = metric(
    'duet_pruned_total',
    (name) => new Counter({ name, help: 'Rows removed because they were older than they are kept for', labelNames: ['what'] }),
  );

  unitStarted(items: number): () => void {
    this.items.observe(items);
    return this.seconds.startTimer();
  }
}

/** A process has one registry; a test may make several participants in one process. */
function metric<M extends object>(name: string, make: (name: string) => M): M {
  return (register.getSingleMetric(name) as M | undefined) ?? make(name);
}
