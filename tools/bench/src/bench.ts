import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { median, Worker } from '@duet/probe';
import { testDatabase } from '@duet/testbed';
import { best, resultOf, type SystemSlice, tellResult } from './figures';
import type { FloorAnswer, FloorRequest } from './floor.store';
import { goods, type Plan, rampMs, say, skus, Stage } from './stage';

/** Slices of each kind that count. */
const rounds = 3;

/** Measures, audits, tells. Returns whether every order ended as it should. */
export async function bench(plan: Plan): Promise<boolean> {
  const { options } = plan;
  const floor = new Worker<FloorRequest, FloorAnswer>('floor');
  const floorDatabase = await testDatabase('floor');
  const stage = await Stage.open(plan);
  try {
    const floorSlice = async (): Promise<number> => {
      const measuredMs = options.seconds * 1_000;
      const { ended } = await floor.ask({ skus, quantity: goods.perOrder, rampMs, measuredMs, databaseUrl: floorDatabase.url });
      return ended / options.seconds;
    };
    const loads = 'rate' in options.load ? [options.load] : options.load.clients.map((clients) => ({ clients }));
    await floorSlice();
    for (const one of loads.slice(-1)) await stage.warmUp(one);
    const floors: number[] = [];
    const slices: SystemSlice[] = [];
    for (let round = 1; round <= rounds; round++) {
      floors.push(await floorSlice());
      say(`round ${round} of ${rounds}, floor: ${floors.at(-1)?.toFixed(0)}/s`);
      for (const one of loads) {
        const slice = await stage.slice(one);
        slices.push(slice);
        say(`round ${round} of ${rounds}, ${nameOf(slice)}: ${slice.perSecond.toFixed(0)}/s, p50 ${median(slice.latencies).toFixed(0)} ms`);
      }
    }
    const wrong = await stage.wrong();
    const result = resultOf({ style: options.style, slices, floor: floors, orders: stage.accepted.length, wrong });
    await tell(tellResult(result, best(slices)[0]?.clients), result, options.json);
    return wrong === 0;
  } finally {
    await stage.close();
    floor.stop();
    await floorDatabase.drop();
  }
}

const nameOf = ({ clients }: SystemSlice): string => (clients === undefined ? 'orders by chance' : `${clients} clients`);

/** Prints a result for people, and writes it for programs where that was asked for. */
export async function tell(text: string, result: object, file: string | undefined): Promise<void> {
  process.stdout.write(`\n${text}`);
  if (file === undefined) return;
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
}
