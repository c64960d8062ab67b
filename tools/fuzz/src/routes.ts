import { exchange, HungUp, type RawAnswer, type System, Unanswered } from '@duet/probe';
import type { Finding } from './result';
import { escaped, type Thing } from './thing';
import { faultOf } from './verdict';

/** So many requests at the same time. */
const atOnce = 8;

/** Throws requests, and looks at each answer. */
export class Routes {
  thrown = 0;
  readonly statuses: Record<string, number> = {};
  /** Orders that were accepted, though nobody meant them. */
  readonly placed: string[] = [];

  constructor(private readonly system: System) {}

  async throw(some: readonly Thing[]): Promise<Finding[]> {
    const findings: Finding[] = [];
    const requests = some.filter((thing) => thing.is === 'request');
    const work = async (): Promise<void> => {
      for (let thing = requests.shift(); thing; thing = requests.shift()) {
        this.thrown++;
        const text = await exchange(this.system.url(thing.service), thing.bytes).then(
          (answer) => this.taken(thing.service, answer),
          (error: unknown) => this.unanswered(error),
        );
        if (text !== undefined) findings.push({ n: thing.n, text, bytes: escaped(thing) });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return findings;
  }

  private taken(service: string, answer: RawAnswer): string | undefined {
    this.statuses[answer.status] = (this.statuses[answer.status] ?? 0) + 1;
    const [, orderId] = /"orderId":"([0-9a-f-]{36})"/.exec(answer.text) ?? [];
    if (service === 'order' && [201, 202].includes(answer.status) && orderId !== undefined) this.placed.push(orderId);
    return faultOf(answer);
  }

  private unanswered(error: unknown): string | undefined {
    if (!(error instanceof Unanswered)) throw error;
    if (!(error instanceof HungUp)) return `was not answered: ${error.message}`;
    this.statuses['closed'] = (this.statuses['closed'] ?? 0) + 1;
    return undefined;
  }
}
