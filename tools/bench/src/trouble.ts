import type { Accepted, LoadRequest } from '@duet/probe';
import { request } from '@duet/testbed';
import { tellTrouble, troubleOf, type TroubleSlice } from './figures';
import { tell } from './bench';
import { Poison } from './poison';
import { type Plan, say, Stage } from './stage';

/** Slices of each kind that count. */
const rounds = 3;
/** How long a slow call takes, and how long until there are as many of them at a time as there will be; in milliseconds. */
const slowMs = 30_000;
const rampMs = slowMs + 5_000;
/** Bad messages a second. */
const poisonRate = 10;
/** Cancels that are asked for at a time. */
const together = 20;

/** Measures slices in which all is well beside slices in which much is not, audits, tells. Returns whether every order ended as it should. */
export async function besideTrouble(plan: Plan): Promise<boolean> {
  const { style, load, seconds, json } = plan.options;
  const how: LoadRequest['load'] = 'rate' in load ? load : { clients: load.clients[0] ?? 1 };
  // A call that takes thirty seconds is slow, not lost. What is set aside or held is no surprise.
  const stage = await Stage.open(plan, { env: { PROVIDER_TIMEOUT: '60s', LOG_LEVEL: 'error' }, outsideEnv: { CARD_SLOW: `${slowMs}ms` } });
  const poison = new Poison(stage.system, poisonRate);
  try {
    await stage.warmUp(how);
    let counted = { parked: 0, calling: 0 };
    const [calm, troubled]: [TroubleSlice[], TroubleSlice[]] = [[], []];
    const told = (kind: string, round: number, { perSecond }: TroubleSlice): void =>
      say(`round ${round} of ${rounds}, ${kind}: ${perSecond.toFixed(0)}/s`);
    for (let round = 1; round <= rounds; round++) {
      const slice = await stage.slice(how);
      calm.push(slice);
      told('all is well', round, slice);
      poison.start();
      const { latencies, accepted } = await stage.place(how, { trouble: true, rampMs });
      await poison.stop();
      counted = add(counted, await heldAt(stage));
      const trouble = { perSecond: latencies.length / seconds, latencies };
      troubled.push(trouble);
      told('beside trouble', round, trouble);
      await turnBack(
        stage,
        accepted.filter(({ waits }) => waits),
      );
      await stage.system.settled();
    }
    const wrong = await stage.wrong();
    const result = troubleOf({ style, calm, troubled, ...counted, poison: poison.sent, orders: stage.accepted.length, wrong });
    await tell(tellTrouble(result), result, json);
    return wrong === 0;
  } finally {
    // Whatever the poison came to, nothing of the system is left running.
    await poison.stop().finally(() => stage.close());
  }
}

/** What waits at payment now: for a person, and for the provider. */
async function heldAt({ system }: Stage): Promise<{ parked: number; calling: number }> {
  const { body } = await request<{ items: { state: string; count: number }[] }>('GET', `${system.url('payment')}/held/groups`);
  const count = (state: string): number => body.items.reduce((sum, group) => sum + (group.state === state ? group.count : 0), 0);
  return { parked: count('parked'), calling: count('calling') };
}

const add = (a: { parked: number; calling: number }, b: typeof a): typeof a => ({
  parked: a.parked + b.parked,
  calling: a.calling + b.calling,
});

/** The customers give up: an order whose charge nobody understands ends by being cancelled. */
async function turnBack({ system }: Stage, orders: readonly Accepted[]): Promise<void> {
  for (let from = 0; from < orders.length; from += together) {
    const some = orders.slice(from, from + together);
    await Promise.all(some.map(({ orderId }) => request('POST', `${system.url('order')}/orders/${orderId}/cancel`)));
  }
}
