import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Answered, auditAtRest, Books, type Finding } from '@duet/audit';
import type { Style } from '@duet/message';
import { anOrder, fate, type OrderRequest, request, until } from '@duet/testbed';
import type { Case, Met } from './cases';
import type { World } from './world';

/** What became of a case. */
export interface Outcome extends Case {
  /** Whether it died there. */
  readonly fired: boolean;
  /** From the death until all was at rest, in seconds. */
  readonly recoverySeconds?: number;
}

/** What became of a round. */
export interface RoundReport {
  readonly outcomes: readonly Outcome[];
  readonly findings: readonly Finding[];
  /** How often each label was met, in services that did not die. */
  readonly met: Met;
}

/** Until everything must be at rest, in milliseconds: seconds on a machine that has nothing else to do, far more on one that has. */
const patience = 180_000;
/** Between two looks whether a round is over, in milliseconds. */
const between = 250;

/** One order of each kind of end; `givesUp`: asked for once, and never again if there was no answer; `cancel`: as soon as it is placed. */
interface Wish {
  readonly request: Partial<OrderRequest>;
  readonly end?: string;
  readonly givesUp?: true;
  readonly cancel?: true;
}
const wishes = ({ sku, scarce }: World): Wish[] => {
  const lines = [{ sku, quantity: 1 }];
  return [
    { request: { lines }, end: 'confirmed' },
    { request: { lines }, givesUp: true },
    { request: { lines }, cancel: true },
    { request: { lines, ...fate.cardFlaky }, end: 'confirmed' },
    { request: { lines, ...fate.cardDeclined }, end: 'payment-declined' },
    { request: { lines, ...fate.noCarrier }, end: 'no-carrier' },
    { request: { lines: [{ sku: scarce, quantity: 1 }] }, end: 'no-stock' },
  ];
};

/** Rounds in one world, one after the other: a finding is told by the round that finds it first. */
export class Rounds {
  private readonly answered: Answered[] = [];
  private readonly known = new Set<string>();

  /** `patienceMs`: until everything must be at rest. */
  constructor(
    private readonly world: World,
    private readonly patienceMs = patience,
  ) {}

  /** Tells the victims where to die, places orders, starts again who dies, and looks at the books when all is at rest. */
  async run(style: Style, cases: readonly Case[]): Promise<RoundReport> {
    const { victims } = this.world;
    await Promise.all([...victims.values()].map((victim) => victim.tell(cases.find(({ service }) => service === victim.name))));
    const deaths = new Map<string, number>();
    const faults: Finding[] = [];
    let over = false;
    const watching = Promise.all(
      cases.map(async (one) => {
        const victim = this.world.victim(one.service);
        const fired = await Promise.race([victim.died().then((point) => point ?? 'by itself'), this.whenOver(() => over)]);
        if (fired === undefined) return;
        if (fired === 'by itself') faults.push(finding(`${one.service} ended by itself: ${victim.output.slice(-2_000)}`));
        else deaths.set(one.service, Date.now());
        await victim.start();
      }),
    );
    await Promise.all(wishes(this.world).map((wish) => this.place(style, wish)));
    const findings = await this.rest();
    // Whoever has not died yet is told to live on; whoever dies at this very moment is waited for.
    const met: Record<string, Readonly<Record<string, number>>> = {};
    for (const victim of victims.values()) {
      const counts = deaths.has(victim.name) ? undefined : await victim.tell();
      if (counts) met[victim.name] = counts;
      else if (!deaths.has(victim.name)) await until(() => deaths.has(victim.name), { what: `${victim.name} is seen to be dead` });
    }
    over = true;
    await watching;
    findings.push(...faults);
    // What is found is found once; whoever has died since then may have left more.
    if (deaths.size > 0) findings.push(...(await this.rest()));
    const end = Date.now();
    const outcomes = cases.map((one): Outcome => {
      const died = deaths.get(one.service);
      return { ...one, fired: died !== undefined, ...(died !== undefined && { recoverySeconds: (end - died) / 1_000 }) };
    });
    return { outcomes, findings, met };
  }

  private async whenOver(over: () => boolean): Promise<undefined> {
    while (!over()) await pause(between);
  }

  private async place(style: Style, { request: change, end, givesUp, cancel }: Wish): Promise<void> {
    const key = randomUUID();
    const body = anOrder({ ...change, style });
    const ask = () =>
      request<{ orderId: string }>('POST', `${this.world.victim('order').url}/orders`, {
        headers: { 'Idempotency-Key': key },
        body,
        deadline: 5_000,
      });
    const once = await ask().catch(() => undefined);
    if (givesUp) return;
    const taken = (reply: typeof once) => (reply !== undefined && reply.status < 300 ? reply.body : undefined);
    const { orderId } = taken(once) ?? (await until(async () => taken(await ask()), { what: 'the order is taken', deadline: patience }));
    this.answered.push({ orderId, key, ...(end !== undefined && { end }) });
    if (!cancel) return;
    const url = () => `${this.world.victim('order').url}/orders/${orderId}/cancel`;
    await until(async () => (await request('POST', url(), { deadline: 5_000 })).status < 500, {
      what: 'the cancel is taken',
      deadline: patience,
    });
  }

  /** Waits until the books say that everything has ended as it must; what they still find wrong then is wrong. */
  private async rest(): Promise<Finding[]> {
    const books = new Books(this.world.books, this.world.outside.folder);
    const expected = { answered: { orders: this.answered }, stocked: this.world.stocked };
    const isKnown = (one: Finding): boolean => this.known.has(textOf(one)) || isTooLate(one);
    const { findings } = await auditAtRest(books, expected, { withinMs: this.patienceMs, unless: isKnown });
    const fresh = findings.filter((one) => !isKnown(one));
    for (const one of fresh) this.known.add(textOf(one));
    return fresh;
  }
}

const textOf = ({ rule, order, sku, text }: Finding): string => JSON.stringify([rule, order, sku, text]);
/** A step that is led has seconds: where a service has died and is not back by then, the order is rejected, as it must be. */
const isTooLate = ({ rule, text }: Finding): boolean => rule === 'P1-answered' && text.endsWith('is rejected (timeout)');
const finding = (text: string): Finding => ({ promise: 'P1', rule: 'P1-lives', text });
