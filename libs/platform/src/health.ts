import { Injectable } from '@nestjs/common';

export interface CheckResult {
  readonly ok: boolean;
  /** For people: what it found. */
  readonly text: string;
}
export interface NamedCheck extends CheckResult {
  readonly name: string;
}

/** Milliseconds. Who asks for readiness waits a few seconds at most; a check that takes longer is a fault. */
const checkDeadline = 2_000;

/** Whether this process can do its work. Parts of it register what they know of themselves. */
@Injectable()
export class Health {
  private readonly checks = new Map<string, () => CheckResult | Promise<CheckResult>>();
  private stopping = false;

  /** A name that is registered again replaces the former check. */
  register(name: string, check: () => CheckResult | Promise<CheckResult>): void {
    this.checks.set(name, check);
  }

  /** From now on not ready: load balancers look elsewhere while the rest is finished. */
  stop(): void {
    this.stopping = true;
  }

  /** Runs all checks. One that fails or takes longer than 2 s counts as not ok. */
  async ready(): Promise<{ ok: boolean; checks: readonly NamedCheck[] }> {
    const checks = await Promise.all([...this.checks].map(async ([name, check]) => ({ name, ...(await resultOf(check)) })));
    if (this.stopping) checks.push({ name: 'process', ok: false, text: 'is stopping' });
    return { ok: checks.every(({ ok }) => ok), checks };
  }
}

async function resultOf(check: () => CheckResult | Promise<CheckResult>): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, text: `gave no answer within ${checkDeadline / 1000} s` }), checkDeadline);
  });
  try {
    return await Promise.race([Promise.resolve(check()), late]);
  } catch (error) {
    return { ok: false, text: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
