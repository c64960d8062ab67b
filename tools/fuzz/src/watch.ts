import type { System } from '@duet/probe';
import { NotInTime, request, until } from '@duet/testbed';
import type { Finding } from './result';

/** How long a service may be unready, in milliseconds: a reader that joins again is for some seconds. */
const readyWithin = 30_000;
/** So much more memory than after the first round may a service have at the end, in bytes: what a collection of garbage leaves behind differs by this. */
const mostGrowth = 192 * 1_048_576;

const finding = (text: string): Finding => ({ n: null, text, bytes: null });

/** Looks whether the services live. */
export class Watch {
  private readonly pids: readonly number[];
  constructor(
    private readonly system: System,
    private readonly apps: readonly string[],
  ) {
    this.pids = system.pids;
  }

  async look(): Promise<Finding[]> {
    const findings = this.pids.filter((pid) => !isAlive(pid)).map((pid) => finding(`process ${pid} has ended`));
    for (const app of this.apps) {
      const isReady = async () => (await request('GET', `${this.system.url(app)}/health/ready`)).status === 200;
      await until(isReady, { what: `${app} is ready`, deadline: readyWithin }).catch((error: unknown) => {
        if (!(error instanceof NotInTime)) throw error;
        findings.push(finding(error.message));
      });
    }
    return findings;
  }

  grown(first: ReadonlyMap<string, number>, last: ReadonlyMap<string, number>): Finding[] {
    return this.apps
      .filter((app) => !((last.get(app) ?? NaN) - (first.get(app) ?? NaN) < mostGrowth))
      .map((app) => finding(`${app} has grown from ${first.get(app)} to ${last.get(app)} bytes`));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
