import { median, percentile } from '@duet/probe';

/** Seconds of CPU, by who used them. */
export interface Cpu {
  readonly services: number;
  readonly broker: number;
  readonly database: number;
  /** What makes the orders, and with `--outside http` the world that the services call. */
  readonly load: number;
}

/** What a slice of the system's time came to. */
export interface SystemSlice {
  /** How many clients; undefined where orders arrived by chance. */
  readonly clients: number | undefined;
  /** Orders that ended in each second of the slice's measured part. */
  readonly perSecond: number;
  /** From POST to the end, in milliseconds, of those orders. */
  readonly latencies: readonly number[];
  /** All orders of the slice, with those before and after its measured part. */
  readonly orders: number;
  /** Until the last effect of all of them; undefined where the machine does not tell. */
  readonly cpu: Cpu | undefined;
  /** Messages that went over Kafka for all of them. */
  readonly messages: number;
}

/** What a run came to; times in milliseconds. */
export interface Result {
  readonly style: string;
  readonly sagasPerSecond: number;
  readonly floorPerSecond: number;
  readonly ratio: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly cpuSecondsPer1000?: Cpu & { readonly all: number };
  readonly messagesPerSaga: number;
  readonly orders: number;
  readonly wrong: number;
}

/** The slices of the number of clients that did best, by the median of its slices; there is at least one slice. */
export function best(slices: readonly SystemSlice[]): SystemSlice[] {
  const groups = [...new Set(slices.map(({ clients }) => clients))].map((clients) => slices.filter((slice) => slice.clients === clients));
  const speed = (group: readonly SystemSlice[]) => median(group.map(({ perSecond }) => perSecond));
  return groups.reduce((first, second) => (speed(second) > speed(first) ? second : first));
}

/** The figures of a run. `floor`: of each slice of the floor, its orders a second. Speed, latency and CPU are those of the best number of clients. */
export function resultOf(run: {
  style: string;
  slices: readonly SystemSlice[];
  floor: readonly number[];
  orders: number;
  wrong: number;
}): Result {
  const counted = best(run.slices);
  const latencies = counted.flatMap((slice) => slice.latencies);
  const sagasPerSecond = median(counted.map(({ perSecond }) => perSecond));
  const floorPerSecond = median(run.floor);
  const cpu = cpuPer1000(counted);
  return {
    style: run.style,
    sagasPerSecond: round(sagasPerSecond, 1),
    floorPerSecond: round(floorPerSecond, 1),
    ratio: round(sagasPerSecond / floorPerSecond, 3),
    p50: round(percentile(latencies, 0.5), 1),
    p95: round(percentile(latencies, 0.95), 1),
    p99: round(percentile(latencies, 0.99), 1),
    ...(cpu && { cpuSecondsPer1000: cpu }),
    messagesPerSaga: round(sum(counted, 'messages') / sum(counted, 'orders'), 2),
    orders: run.orders,
    wrong: run.wrong,
  };
}

/** What a slice came to, for comparing it with another. */
export type TroubleSlice = Pick<SystemSlice, 'perSecond' | 'latencies'>;

/** What orders came to beside others that are in trouble; times in milliseconds. */
export interface TroubleResult {
  readonly style: string;
  /** All is well; and beside trouble. Only orders that are not in trouble themselves count. */
  readonly calm: Pace;
  readonly troubled: Pace;
  /** Orders a second beside trouble, over those when all is well; and the same of p99. */
  readonly rate: number;
  readonly p99: number;
  /** At the end of the slices with trouble, on average: sagas that wait for a person at payment, and calls to the provider that are under way. */
  readonly parked: number;
  readonly calling: number;
  /** Bad messages. */
  readonly poison: number;
  readonly orders: number;
  readonly wrong: number;
}
interface Pace {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** The figures of slices with and without trouble: medians of slices. */
export function troubleOf(run: {
  style: string;
  calm: readonly TroubleSlice[];
  troubled: readonly TroubleSlice[];
  parked: number;
  calling: number;
  poison: number;
  orders: number;
  wrong: number;
}): TroubleResult {
  const pace = (slices: readonly TroubleSlice[]): Pace => ({
    perSecond: round(median(slices.map(({ perSecond }) => perSecond)), 1),
    p50: round(median(slices.map(({ latencies }) => percentile(latencies, 0.5))), 1),
    p99: round(median(slices.map(({ latencies }) => percentile(latencies, 0.99))), 1),
  });
  const [calm, troubled] = [pace(run.calm), pace(run.troubled)];
  const mean = (sum: number): number => Math.round(sum / Math.max(run.troubled.length, 1));
  return {
    style: run.style,
    ...{ calm, troubled },
    rate: round(troubled.perSecond / calm.perSecond, 3),
    p99: round(troubled.p99 / calm.p99, 2),
    ...{ parked: mean(run.parked), calling: mean(run.calling) },
    ...{ poison: run.poison, orders: run.orders, wrong: run.wrong },
  };
}

/** The result for people. */
export function tellTrouble({ style, calm, troubled, ...result }: TroubleResult): string {
  const pace = ({ perSecond, p50, p99 }: Pace): string => `${perSecond} orders a second, ${p50} ms (p50), ${p99} ms (p99)`;
  return table([
    ['style', style],
    ['all is well', pace(calm)],
    ['beside trouble', `${pace(troubled)}: ${result.rate} of the rate, ${result.p99} times the p99`],
    ['trouble', `${result.parked} sagas parked, ${result.calling} calls under way, ${result.poison} bad messages`],
    ['audit', `${result.orders} orders, ${result.wrong} wrong`],
  ]);
}

const table = (rows: readonly (readonly [string, string])[]): string =>
  rows.map(([name, value]) => `${name.padEnd(20)}  ${value}\n`).join('');

function cpuPer1000(slices: readonly SystemSlice[]): Result['cpuSecondsPer1000'] {
  const told = slices.flatMap(({ cpu, orders }) => (cpu && orders > 0 ? [{ cpu, orders }] : []));
  if (told.length === 0) return undefined;
  const per1000 = (part: keyof Cpu) => median(told.map(({ cpu, orders }) => (cpu[part] * 1_000) / orders));
  const parts = { services: per1000('services'), broker: per1000('broker'), database: per1000('database'), load: per1000('load') };
  const all = parts.services + parts.broker + parts.database + parts.load;
  const { services, broker, database, load } = parts;
  return { all: round(all, 2), services: round(services, 2), broker: round(broker, 2), database: round(database, 2), load: round(load, 2) };
}

const sum = (slices: readonly SystemSlice[], field: 'messages' | 'orders') => slices.reduce((total, slice) => total + slice[field], 0);

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

/** The result for people. */
export function tellResult({ cpuSecondsPer1000: cpu, ...result }: Result, clients: number | undefined): string {
  return table([
    ['style', result.style],
    ['load', clients === undefined ? 'by chance' : `${clients} clients`],
    ['orders a second', `${result.sagasPerSecond} (${result.ratio} of the floor's ${result.floorPerSecond})`],
    ['POST to the end', `${result.p50} ms (p50), ${result.p95} ms (p95), ${result.p99} ms (p99)`],
    [
      'CPU of 1,000 orders',
      cpu
        ? `${cpu.all} s: services ${cpu.services}, broker ${cpu.broker}, database ${cpu.database}, load ${cpu.load}`
        : 'not known: it is read from /proc, of processes of this machine',
    ],
    ['messages per order', String(result.messagesPerSaga)],
    ['audit', `${result.orders} orders, ${result.wrong} wrong`],
  ]);
}
